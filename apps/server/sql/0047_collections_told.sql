-- What a credit was told of last: the day, why and to whom. The inbox's key is what keeps it from being told twice; this spares asking.
alter table collections.credit add column told_of text;
