-- What people do not want to be told: of a type, by the bell or on their devices. It is in their inbox all the same.
create table notifications.mute (
  person_id text not null,
  type text not null,
  way text not null check (way in ('bell', 'push')),
  primary key (person_id, type, way)
);
