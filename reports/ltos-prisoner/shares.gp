# title: What going left and going right are worth by how much of its reward an agent keeps
# caption: The fixed points of independent Q-learning, computed: values at the start of agent A, whose left is away from the
#          middle, when each agent keeps a share of its reward and gives the rest to the other, and takes the other for
#          random four times in five. Solid: from values of 0; dotted: from values of 1, where it makes a difference. Below, what
#          the greedy policies earn: 0.97 both cooperate, 0.49 both defect, −0.5 nobody ever arrives.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' shares ') == 0) exit gnuplot # no data, no figure
file = data.'/shares.csv'
set datafile separator comma
set datafile columnheaders
top = 20.0; upper = 270.0; between = 30.0; lower = 130.0; below = strip_height + 24
height = top + upper + between + lower + below
set terminal svg @canvas size 960, height
set output output
from(start, name) = column('start') == start ? column(name) : NaN
set xrange [0:1]
set format x ''
unset key
set multiplot
set lmargin at screen 0.09
set rmargin at screen 0.98
set tmargin at screen 1 - top / height
set bmargin at screen 1 - (top + upper) / height
set yrange [0:1]
set ylabel 'value at the start'
plot file using 'share':(from(0, 'left')) with lines linewidth 3 linecolor rgb blue, \
     file using 'share':(from(0, 'right')) with lines linewidth 3 dashtype 2 linecolor rgb vermillion, \
     file using 'share':(from(1, 'left')) with lines linewidth 1.6 dashtype 3 linecolor rgb blue, \
     file using 'share':(from(1, 'right')) with lines linewidth 1.6 dashtype 3 linecolor rgb vermillion
set tmargin at screen 1 - (top + upper + between) / height
set bmargin at screen below / height
set yrange [-0.65:1.1]
set ytics 0.5
set format x '%g'
set ylabel 'return'
plot file using 'share':(from(0, 'greedy_return')) with steps linewidth 3 linecolor rgb ink, \
     file using 'share':(from(1, 'greedy_return')) with steps linewidth 1.6 dashtype 3 linecolor rgb ink
x_label = 'share of its own reward that an agent keeps'
@bottom_strip
set arrow from 200, 17 to 235, 17 nohead linewidth 3 linecolor rgb blue
set label 'left: away from the middle' at 243, 17
set arrow from 500, 17 to 535, 17 nohead linewidth 3 dashtype 2 linecolor rgb vermillion
set label 'right: into the middle' at 543, 17
plot NaN
unset multiplot
