# title: What the agents do in the middle of an episode (Figure 4)
# caption: Step 60 of a greedy episode on a board that nobody has trained on, played by the networks of seed 0 as they are
#          at the end of their training, and by players that learn nothing, named so. Squares are foods, large dots agents, small dots
#          where they were in the ten steps before. An arrow goes from an agent to what it hits at that step: a food (green) or
#          another agent (red); thin red ones are hits on agents in the ten steps before.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
wanted = 'dqn dgn fixed-ltos ltos ltos-code qmix neurcomm consenet lio sharing fierce random'
of(name) = stringcolumn('method') eq name && stringcolumn('what') eq 'agent'
names = ''; lasts = ''
do for [m = 1:words(wanted)] {
    undefine seen_*
    stats file using (of(word(wanted, m)) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records')) {
        names = names.' '.word(wanted, m)
        lasts = lasts.sprintf(' %d', seen_max)
    }
}
if (words(names) == 0) exit gnuplot
learns_nothing(name) = name eq 'sharing' || name eq 'fierce' || name eq 'random'
panels = words(names); columns = 3
rows = (panels + columns - 1) / columns
top = 34.0; panel = 300.0; between = 34.0; below = 44.0
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set xrange [0.5:28.5]
set yrange [28.5:0.5]
unset xtics
unset ytics
unset grid
unset key
set border 15 linecolor rgb grey linewidth 1
set size ratio 1
set multiplot layout rows, columns margins 0.01, 0.99, below / height, 1 - top / height spacing 0.02, between / height
do for [m = 1:panels] {
    name = word(names, m); last = int(word(lasts, m))
    at(x) = of(name) && column('step') == last ? column(x) : NaN
    before(x) = of(name) && column('step') < last && column('step') >= last - 10 ? column(x) : NaN
    food(x) = stringcolumn('method') eq name && stringcolumn('what') eq 'food' ? column(x) : NaN
    across = 0.8; hits(what) = column('met') == what && column('action') >= 5
    sideways(n) = across * (n == 6 ? -1 : n == 7 ? 1 : 0)
    upward(n) = across * (n == 5 ? -1 : n == 8 ? 1 : 0)
    set title name.(learns_nothing(name) ? ' (learns nothing)' : '') font ',16' textcolor rgb ink noenhanced offset 0, -0.6
    plot file using (food('x')):(food('y')) with points pointtype 5 pointsize 1.1 linecolor rgb orange, \
         file using (before('x')):(before('y')) with points pointtype 7 pointsize 0.18 linecolor rgb sky, \
         file using (hits(1) ? before('x') : NaN):(before('y')):(sideways(column('action'))):(upward(column('action'))) \
             with vectors nohead linewidth 1 linecolor rgb vermillion, \
         file using (at('x')):(at('y')) with points pointtype 7 pointsize 0.85 linecolor rgb blue, \
         file using (hits(-1) ? at('x') : NaN):(at('y')):(sideways(column('action'))):(upward(column('action'))) \
             with vectors head filled size 0.5, 25 linewidth 2 linecolor rgb green, \
         file using (hits(1) ? at('x') : NaN):(at('y')):(sideways(column('action'))):(upward(column('action'))) \
             with vectors head filled size 0.5, 25 linewidth 2.6 linecolor rgb vermillion
}
reset
set border 0; unset tics; unset key
set xrange [0:960]; set yrange [0:34]
set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0.001; set tmargin at screen 34.0 / height
set label at 80, 15 point pointtype 5 pointsize 1.1 linecolor rgb orange
set label 'food' at 93, 15
set label at 170, 15 point pointtype 7 pointsize 0.85 linecolor rgb blue
set label 'agent' at 183, 15
set label at 265, 15 point pointtype 7 pointsize 0.3 linecolor rgb sky
set label 'where it was' at 278, 15
set arrow from 410, 15 to 440, 15 head filled size 10, 25 linewidth 2 linecolor rgb green
set label 'eats' at 448, 15
set arrow from 520, 15 to 550, 15 head filled size 10, 25 linewidth 2.6 linecolor rgb vermillion
set label 'hits an agent' at 558, 15
set arrow from 690, 15 to 720, 15 nohead linewidth 1 linecolor rgb vermillion
set label 'hit one before' at 728, 15
plot NaN
unset multiplot
