# title: What each signal keeps of its reward in the course of the hour (Figure 7a)
# caption: One greedy episode of seed 0 after training. A line is a signal, the thick one their mean; weights are decided
#          every 150 s. Grey: the two peaks of the demand, one vehicle a second and two.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
wanted = 'ltos ltos-code'; names = ''
of(name) = stringcolumn('method') eq name && stringcolumn('what') eq 'own weight'
do for [m = 1:words(wanted)] {
    undefine seen_*
    stats file using (of(word(wanted, m)) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records') && seen_records > 0) { names = names.' '.word(wanted, m) }
}
if (words(names) == 0) exit gnuplot
stats file using (of(word(names, 1)) ? column('signal') : NaN) nooutput name 'signal'
set terminal svg @canvas size 960, 400
set output output
set multiplot layout 1, words(names) margins 0.08, 0.98, 0.15, 0.9 spacing 0.06, 0
set xrange [0:3600]
set yrange [0:1]
set xtics 600
set xlabel 'time (s)'
unset key
set object 1 rectangle from 0, 0 to 600, 1 back fillcolor rgb pale fillstyle solid 0.6 noborder
set object 2 rectangle from 1800, 0 to 2400, 1 back fillcolor rgb pale fillstyle solid 0.6 noborder
do for [m = 1:words(names)] {
    name = word(names, m)
    set title name font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    set ylabel (m == 1 ? 'share of its reward that a signal keeps' : '')
    plot for [s = 0:int(signal_max)] file using (of(name) && column('signal') == s ? 10 * column('step') : NaN):'value' \
             with lines linewidth 0.8 linecolor rgb faint(1), \
         file using (of(name) ? 10 * column('step') : NaN):'value' smooth unique with lines linewidth 3 linecolor rgb blue
}
unset multiplot
