"""Languages that callers speak, by their code; any other code is kept and shown as it is. Pure."""

SPOKEN = {
    "en": "English",
    "es": "Spanish",
    "ar": "Arabic",
    "ase": "American Sign Language",
    "bn": "Bengali",
    "fr": "French",
    "ht": "Haitian Creole",
    "ko": "Korean",
    "ne": "Nepali",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "so": "Somali",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Mandarin",
}
