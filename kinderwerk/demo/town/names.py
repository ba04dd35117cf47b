"""Names that children and parents in such a neighbourhood could have, put together by chance."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Circle:
    """First names and surnames that go together, and the language that is spoken at home."""

    children: tuple[str, ...]
    parents: tuple[str, ...]
    surnames: tuple[str, ...]
    language: str = "nl"


CIRCLES: Final = (
    Circle(
        ("Noor", "Daan", "Saar", "Finn", "Lotte", "Sem", "Fenna", "Thijs", "Evi", "Mees", "Lieke",
         "Bas", "Tess", "Luuk", "Roos", "Jesse", "Fleur", "Stijn", "Isa", "Gijs", "Puck", "Teun"),
        ("Marieke", "Jeroen", "Linda", "Martijn", "Esther", "Wouter", "Ilse", "Sander", "Nienke"),
        ("van der Plas", "Jongbloed", "Terpstra", "de Graaff", "Kuipers", "Wiersma", "Bakkenes",
         "Hofstede", "van Dalen", "Schipper", "Nijhof", "Vonk", "Rietveldt", "Boomsma"),
    ),
    Circle(
        ("Amira", "Bilal", "Yasmina", "Ilyas", "Nora", "Rayan", "Salma", "Zakaria", "Hajar",
         "Anwar", "Safae", "Younes"),
        ("Fatiha", "Karim", "Naima", "Rachid", "Samira", "Hassan"),
        ("El Bakali", "Amrani Joti", "Benhaddou", "Ouali", "Tahiri", "Zerrouk"),
    ),
    Circle(
        ("Elif", "Emir", "Defne", "Kerem", "Zeynep", "Ömer", "Ecrin", "Yusuf", "Nehir", "Ali"),
        ("Ayşe", "Murat", "Hatice", "Serkan", "Gül"),
        ("Yıldırım", "Karaca", "Öztekin", "Aksoylu", "Çelikkol"),
        "tr",
    ),
    Circle(
        ("Omar", "Lana", "Karam", "Sham", "Adam", "Jana", "Taim", "Mira"),
        ("Rana", "Bassel", "Hiba", "Ziad"),
        ("Al Nouri", "Kassab", "Darwisha", "Sabbaghi"),
        "ar",
    ),
    Circle(
        ("Solomiia", "Danylo", "Zlata", "Maksym", "Anastasiia", "Tymofii"),
        ("Olena", "Oksana", "Iryna"),
        ("Kovalchenko", "Bondarchyk", "Shevchuko"),
        "uk",
    ),
    Circle(
        ("Zofia", "Antoni", "Hanna", "Szymon", "Lena", "Kacper"),
        ("Agnieszka", "Tomasz", "Magda"),
        ("Wiśniecki", "Kamińczyk", "Zielinek"),
        "pl",
    ),
    Circle(
        ("Jaydon", "Shanaya", "Dylano", "Kiara", "Rowan", "Naomi", "Xavi", "Amaya"),
        ("Cheryl", "Romeo", "Sharda", "Winston"),
        ("Kromosari", "Pinaslo", "Ramkhelawan", "Doornkamp", "Felterman"),
    ),
)  # fmt: skip
#: How often each of them is met, out of a hundred.
SHARES: Final = (44, 17, 11, 9, 5, 4, 10)
#: Whom to call, or who fetches a child.
OTHERS: Final = ("oma", "opa", "tante", "oom", "de buurvrouw", "de buurman")
