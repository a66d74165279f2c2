# field-style.gp - axes, arrows and scales of the vector fields; see field-panel.gp.
load data.'/result.gp'
load shared.'/style.gp'
has(table) = strstrt(' '.tables.' ', ' '.table.' ') > 0
if (!has('field') || !has('trajectory')) exit gnuplot # no data, no figure
set datafile separator comma
set datafile columnheaders
stats data.'/field.csv' using (abs(column('d_x'))) name 'x' nooutput
stats data.'/field.csv' using (abs(column('d_theta'))) name 'theta' nooutput
largest_x = x_max > 0 ? x_max : 1
largest_theta = theta_max > 0 ? theta_max : 1
set style arrow 1 head noborder size 0.07, 22 fixed linewidth 1.4 linecolor rgb ink
set style arrow 2 head noborder size 0.07, 22 fixed linewidth 1.4 dashtype 1 linecolor rgb grey
set style arrow 3 head noborder size 0.07, 22 fixed linewidth 1.4 linecolor rgb grey
set xrange [-0.15 : 3.15]
set yrange [-0.08 : 1.08]
set xtics 1
set ytics 0.5
unset grid
unset key
