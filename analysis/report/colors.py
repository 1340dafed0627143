"""The colours of the report's figures."""

INK = "#1d2733"
GRID = "#9aa4b2"
BLUE, RED, GREY, AMBER = "#2f6fb5", "#c8401f", "#8a94a2", "#c98a00"
