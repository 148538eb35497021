# Messages nobody writes by hand: to returnees, reminders to staff, the outbox.

# An office, its telephone and a day. Never a word of what it is about.
message-subject = A message from { $office }
message-reminder = { $office }: a reminder of your appointment on { $on }. To ask or to change it, please call { $phone }.
message-reminder-no-phone = { $office }: a reminder of your appointment on { $on }.
message-accepted = From { $on } on { $office } will be in touch with you. If you have a question, please call { $phone }.
message-accepted-no-phone = From { $on } on { $office } will be in touch with you.

message-of-reminder = a reminder
message-of-accepted = the new office
message-way-sms = The system writes a text
message-way-mail = The system writes an e-mail
message-way-call = To be called
message-way-none = Not sent any more
happened-case-message = { $way }: { $of }

mail-digest-subject = Today on Trở Về
mail-digest = Hello,

    today you have:

    To call now: { NUMBER($calls) }
    Due today: { NUMBER($today) }
    Overdue: { NUMBER($overdue) }

    { $address }

    This message was sent by a machine.

outbox-title = Outbox
outbox-about = Mails and texts of the system, newest first. Where no server is set to send them, each is a file in the folder var/outbox and can be read here.
outbox-about-sent = Of a channel that has a server only the state is shown.
outbox-link = Mails and texts, sent and waiting
outbox-none = There is no mail or text yet.
outbox-when = When
outbox-channel = Channel
outbox-to = To
outbox-subject = Subject
outbox-state = State
outbox-body = Text
outbox-channel-mail = E-mail
outbox-channel-sms = Text
outbox-state-waiting = Waiting
outbox-state-sent = Sent
outbox-state-tried = Tried { $times } times, next at { $at }
outbox-state-given-up = Tried { $times } times, given up
outbox-state-refused = Could not be sent
outbox-older = Older
