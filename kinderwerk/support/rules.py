"""What parents ask, and how help goes on."""

from kinderwerk.core.words import N_, Labelled


class Topic(Labelled):
    SLEEP = "sleep", N_("Sleeping and eating")
    BEHAVIOUR = "behaviour", N_("Listening and arguing")
    SCHOOL = "school", N_("School and learning")
    SCREENS = "screens", N_("Phone and screens")
    MONEY = "money", N_("Money and forms")
    SEPARATION = "separation", N_("Divorce and conflict")
    GROWING_UP = "growing_up", N_("Growing up and the body")
    STRESS = "stress", N_("Feeling overburdened")
    PLAYING = "playing", N_("Playing and free time")
    OTHER = "other", N_("Something else")


class Channel(Labelled):
    AT_ACTIVITY = "at_activity", N_("At an activity")
    STREET = "street", N_("In the street or playground")
    SCHOOL = "school", N_("At school")
    HOME = "home", N_("At home")
    PHONE = "phone", N_("By phone or message")
    OFFICE = "office", N_("At our place")


class Helped(Labelled):
    LISTENED = "listened", N_("Listened")
    ADVICE = "advice", N_("Gave advice")
    INFORMATION = "information", N_("Gave information")
    PRACTICAL = "practical", N_("Helped with something practical")
    POINTED_ON = "pointed_on", N_("Pointed to someone else")


class Status(Labelled):
    RUNNING = "running", N_("Running")
    ENDED = "ended", N_("Ended")
    STOPPED = "stopped", N_("Stopped by the family")
    PASSED_ON = "passed_on", N_("Passed on to a partner")
