-- What somebody was last told of their partners' absences, by call: read before they are told of them again.
create index inbox_away on notifications.inbox (recipient_id, (payload ->> 'callId'), seq)
  where type in ('call.partner_left', 'call.partner_back');
