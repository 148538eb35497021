# The first page.

home-welcome = Welcome, { $name }
home-cases = My cases
home-cases-about = What to do today, and opening a case by the code on a slip.
home-intake = Take in somebody who returns
home-intake-about = Scan a document, register the return, screen, hand over a slip.
home-slips = Printed slips
home-slips-about = Print slips with codes to keep at the desk.
home-contacts = Counted without names
home-contacts-about = People who asked for information, and outreach sessions.
home-find = Find a returnee
home-find-about = Always search before you register somebody, so that each person has one record.
home-register = Register a new person
home-register-about = When a search has found nobody.
home-requests-about = Other offices that ask to open records held by yours.
home-openings-about = Cases opened in need by staff of other offices, for you to look at.
home-statistics-about = How many people are registered.

home-users-about = The accounts of your organisation.
home-lists-about = The code lists in use, with the source and date of each.

lists-title = Code lists
lists-about = Titles translated by this project have not been reviewed by any office.
lists-list = List
lists-count = Entries
lists-source = Source
lists-as-of = As of
lists-ours = Titles translated by this project
list-countries = Countries and territories
list-provinces = Provinces
list-communes = Communes
list-occupations = Occupations (ISCO-08)
list-activities = Economic activities (ISIC Rev. 4)
list-ethnic-groups = Ethnic groups
list-education-levels = Levels of education (ISCED 2011)
list-languages = Languages
list-skill-grades = Certificates and frameworks (languages, trades)
home-contracts-about = The base of workers who left under a contract: bring in, check, link to records
home-computers-about = Register the computers at which staff take turns with a badge
home-badge-about = Sign in fast at a shared computer
home-training = Practise on made-up people
home-training-about = An installation of its own with nobody real in it; mistakes do not matter
home-courses-about = Courses taken, and until when they hold
home-work-about = Employers and the work they offer, courses, fairs. Nobody’s records.
