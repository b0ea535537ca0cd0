"""A scripted month of case work: who presses what, what follows by plain rules, and what the screens say."""
