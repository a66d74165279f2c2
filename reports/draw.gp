# draw.gp - how `marlgold report` starts a figure script:
#     gnuplot -d -c reports/draw.gp SCRIPT FOLDER REPORTS FIGURE.svg [METRIC]
# Paths come as arguments, of which gnuplot reads no letter as program text, and every one begins with / or ./, so that
# none is taken for a command to run ("< command", "| command").
data = ARG2
reports = ARG3
output = ARG4
if (ARGC > 4) metric = ARG5
load ARG1
