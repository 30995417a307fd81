-- How many sockets a channel was told to have: whoever changes it tells it, whatever the number of nodes.
alter table pusher.occupied add column sockets int;
