"""What a child is told about what it sent: one speaks to it here."""

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Why(Labelled):
    """Why something is not placed, in words for the child that sent it."""

    HURTS = "hurts", N_("It could hurt somebody. Can you say it in another way?")
    PRIVATE = "private", N_("There was something private in it. Write it again without that.")
    UNCLEAR = "unclear", N_("We did not understand it. Tell us more, in words or in a drawing.")
    TWICE = "twice", N_("Somebody said this already. Look on the board!")
    ELSEWHERE = "elsewhere", N_("This fits better in a talk. Come by, or call the number below.")


class NothingSaid(Refusal):
    message = N_("Write something, or make a drawing.")
    field = "words"


class NoName(Refusal):
    message = N_("Choose two pictures. Together they are your name here.")
    field = "pseudonym"


class Full(Refusal):
    message = N_(
        "So many children wrote to us that we must read first. Tell it to somebody who works here,"
        " or come back tomorrow."
    )


class NoQuestion(Refusal):
    message = N_("This question cannot be answered any more.")
