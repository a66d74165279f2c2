# draw.gp - how `marlgold report` starts a figure script:
#     gnuplot -d -c reports/figures/draw.gp SCRIPT FOLDER reports/figures FIGURE.svg [METRIC]
# Paths come as arguments, of which gnuplot reads no letter as program text, and every one begins with / or ./, so that
# none is taken for a command to run ("< command", "| command").
data = ARG2
shared = ARG3
output = ARG4
if (ARGC > 4) metric = ARG5
load ARG1
