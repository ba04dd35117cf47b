"""What a team learns from its own work: consultations, reviews, and the library of lessons."""

from typing import Final

from tests.browser.walk.stops import CHANGE, SEND, Stop, on, one

TURN: Final = one("/consultations/")
REVIEW: Final = one("/learning-reviews/")
CONSULTATIONS: Final = (
    Stop("consultations", "/learning/", ("main a[href$='/consultations/']",)),
    Stop("consultation-new", "/consultations/", on("new")),
    Stop("consultation-refused", "/consultations/", (*on("new"), SEND)),
    Stop("consultation", "/consultations/", (TURN,)),
    Stop("consultation-plan", "/consultations/", (TURN, *on("plan"))),
    Stop(
        "consultation-lesson",
        "/consultations/?show=over",
        (TURN, "main a[href*='/from-consultation/']"),
    ),
)
REVIEWS: Final = (
    Stop("reviews", "/learning/", ("main a[href$='/learning-reviews/']",)),
    Stop("review-new", "/learning-reviews/", on("new")),
    Stop("review", "/learning-reviews/", (REVIEW,)),
    Stop("review-edit", "/learning-reviews/", (REVIEW, CHANGE)),
    Stop("review-look", "/learning-reviews/", (REVIEW, *on("look"))),
)
LIBRARY: Final = (
    Stop("library", "/learning/", ("main a[href$='/library/']",)),
    Stop("lesson", "/library/", (one("/library/"),)),
    Stop("lesson-new", "/library/", on("new")),
)
LEARNING: Final = (Stop("learning", "/learning/"), *CONSULTATIONS, *REVIEWS, *LIBRARY)
OF_ONES_OWN: Final = (
    Stop("consultation-step", "/consultations/?show=over", (TURN, *on("step"))),
    Stop("library-unfinished", "/library/", on("unfinished")),
    Stop("lesson-unfinished", "/library/", (*on("unfinished"), one("/library/"))),
)
PHASES: Final = (Stop("consultation-phases", "/consultations/", on("phases")),)
