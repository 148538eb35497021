# Cases taken out as a file.

export-title = Take cases out as a file
export-look = Look before taking out
export-whole-list = Take this whole list out as a file
export-of-ticked = Cases that were ticked
export-of-closed = Closed cases
export-of-day = Cases opened here or come here on { $date }
export-count = { $count ->
    [one] 1 case will be in the file.
   *[other] { NUMBER($count) } cases will be in the file.
}
export-protected = { $count ->
    [one] 1 case under protection is never put into a file.
   *[other] { NUMBER($count) } cases under protection are never put into a file.
}
export-about = Take only what is needed. The file has no notes, nothing private, no psychosocial support and nobody under protection. Everybody in it has a line in the record of access.
export-groups = What to take
export-groups-hint = Leave names and ways to reach people unticked where numbers are enough.
export-group-about = Sex, age group
export-group-names = Code of the person, name, date of birth
export-group-reach = Numbers that may be called, province, commune
export-group-return = Status, country, day of return, how they went
export-group-work = Phase, who is accountable, due dates, reason for closing
export-group-services = Services (but for private ones)
export-format = Kind of file
export-format-xlsx = Excel (XLSX)
export-format-csv = CSV
export-reason = What for?
export-reason-hint = For example: the day’s file for the labour database, by letter no. …
export-begin = Make the file
export-past = Files taken out
export-cases = { $count ->
    [one] 1 case
   *[other] { NUMBER($count) } cases
}
export-file = File of cases
export-state-running = Being made
export-state-ready = Ready
export-state-over = Erased
export-state-failed = Could not be made
export-failed-about = This file could not be finished. Please try again; if it fails once more, tell your administrator.
export-fetch = Fetch the file
export-until = It can be fetched until
export-careful = The file is outside the protection of this system. Do not send it over social networks; delete it when you are done.
export-not-yours = Only whoever asked for the file can fetch it.
export-by = Asked for by
export-when = When
export-asked = Cases chosen
export-kept = Cases in the file
export-day-title = The file of a day
export-day-about = Every case that was opened at your office or came to it on that day, to be brought into the labour database in one go.
export-day = Of which day?
export-person-code = Code of the person
export-phones = Numbers that may be called
export-opened = Case opened on
export-next-by = Who acts next
export-contact-due = First contact due
export-service-due = Next service due
export-closed = Closed on
error-export-none = There is no case to take out.
error-export-many = At most { NUMBER($most) } cases a file. Choose a shorter list.
error-export-day = You took out { NUMBER($most) } files within the last 24 hours. Fetch one that is there, or wait.
error-export-changed = Since this file was made, a case in it may no longer leave the system. Take the list out again.
