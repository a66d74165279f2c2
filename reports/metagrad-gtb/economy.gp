# title: The economy in an episode
# place: 7
# caption: One episode of seed 0 where its curves end, no curriculum, played without exploration: at its start, its middle
#          and its end. Blue: water; green and grey squares: sources of wood and stone, filled while a unit lies there; diamonds:
#          houses, dots: agents, in the colour of their skill, 1 the lowest.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
wanted = 'metagrad dual-rl us-federal free-market'
names = ''; lasts = ''
do for [m = 1:words(wanted)] {
    undefine seen_*
    stats file using (stringcolumn('method') eq word(wanted, m) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records')) {
        names = names.' '.word(wanted, m)
        lasts = lasts.sprintf(' %d', seen_max)
    }
}
if (words(names) == 0) exit gnuplot
skills = '#E69F00 #009E73 #0072B2 #D55E00'
rows = words(names); columns = 3
top = 34.0; panel = 300.0; between = 42.0; below = 48.0
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set xrange [-0.7:14.7]
set yrange [14.7:-0.7]
unset xtics; unset ytics; unset grid; unset key
set border 15 linecolor rgb grey linewidth 1
set size ratio 1
set multiplot layout rows, columns margins 0.01, 0.99, below / height, 1 - top / height spacing 0.02, between / height
do for [m = 1:rows] {
    do for [c = 0:2] {
        name = word(names, m); step = int(word(lasts, m)) * c / 2
        is(what) = stringcolumn('method') eq name && column('step') == step && stringcolumn('what') eq what
        at(what) = is(what) ? column('column') : NaN
        of(what, number) = is(what) && column('number') == number ? column('column') : NaN
        set title name.sprintf(', step %d', step) font ',16' textcolor rgb ink noenhanced offset 0, -0.6
        plot file using (at('water')):(column('row')) with points pointtype 5 pointsize 1.6 linecolor rgb '#A9D3EE', \
             file using (of('wood', 0)):(column('row')) with points pointtype 4 pointsize 1.1 linecolor rgb green, \
             file using (of('wood', 1)):(column('row')) with points pointtype 5 pointsize 1.1 linecolor rgb green, \
             file using (of('stone', 0)):(column('row')) with points pointtype 4 pointsize 1.1 linecolor rgb grey, \
             file using (of('stone', 1)):(column('row')) with points pointtype 5 pointsize 1.1 linecolor rgb grey, \
             for [k = 1:4] file using (of('house', k)):(column('row')) with points pointtype 13 pointsize 1.7 \
                 linecolor rgb word(skills, k), \
             file using (at('agent')):(column('row')) with points pointtype 7 pointsize 1.4 linecolor rgb '#ffffff', \
             for [k = 1:4] file using (of('agent', k)):(column('row')) with points pointtype 7 pointsize 1.0 \
                 linecolor rgb word(skills, k)
    }
}
reset
set border 0; unset tics; unset key
set xrange [0:960]; set yrange [0:34]
set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0.001; set tmargin at screen 34.0 / height
array thing[5] = ['water', 'wood', 'stone', 'house', 'agent']
array point_of[5] = [5, 5, 5, 13, 7]
array paint_of[5] = ['#A9D3EE', green, grey, ink, ink]
do for [k = 1:5] {
    set label at 60 + 95 * k, 15 point pointtype point_of[k] pointsize 1.2 linecolor rgb paint_of[k]
    set label thing[k] at 73 + 95 * k, 15
}
do for [k = 1:4] {
    set label at 590 + 75 * k, 15 point pointtype 7 pointsize 1.2 linecolor rgb word(skills, k)
    set label (k == 1 ? 'skill 1' : sprintf('%d', k)) at 602 + 75 * k, 15
}
plot NaN
unset multiplot
