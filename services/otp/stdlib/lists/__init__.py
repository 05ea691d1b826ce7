"""The functions of `lists`, by subject."""
