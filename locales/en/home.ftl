# The first page.

home-welcome = Welcome, { $name }
home-find = Find a returnee
home-find-about = Always search before you register somebody, so that each person has one record.
home-register = Register a new person
home-register-about = When a search has found nobody.
home-requests-about = Other offices that ask to open records held by yours.
home-statistics-about = How many people are registered.

statistics-title = Figures
statistics-total = Registered returnees: { NUMBER($count) }
statistics-note = These are people registered in this system, not everybody who returned. Tables are published as releases only.
