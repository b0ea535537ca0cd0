"""Who carries which case: caseloads, the team's board, many cases at once, snoozing, handing over, following."""
