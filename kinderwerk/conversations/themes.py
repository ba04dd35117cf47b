"""What children talk about, in the words in which everybody hears it."""

from kinderwerk.core.words import N_, Labelled


class Theme(Labelled):
    FREE_TIME = "free_time", N_("Playing and time off")
    BULLYING = "bullying", N_("Being bullied")
    FRIENDS = "friends", N_("Friends and being in love")
    SEXUALITY = "sexuality", N_("Sexuality and one's body")
    HOME = "home", N_("Home and the family")
    FEELINGS = "feelings", N_("What one feels")
    SCHOOL = "school", N_("Going to school")
    VIOLENCE = "violence", N_("Violence and abuse")
    ONLINE = "online", N_("Internet and games")
    MONEY = "money", N_("Having enough money")
    NEWS = "news", N_("The news, and war")
    OTHER = "other", N_("Another theme")
