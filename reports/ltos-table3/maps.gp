# title: Who keeps what, and who waits, at four times (Figure 7b)
# place: 4
# caption: The 6x6 grid in a greedy episode of seed 0 after training: in the first peak, between the peaks, in the second,
#          twice as busy, and after it. Upper rows: the share of its reward that each signal keeps; below a map, the mean of the
#          20 signals at the edge and of the 16 inside, and the standard deviation of the inner ones. The paper says that
#          edge and inside differ much and that inner ones differ more in the peaks; it prints no number, and one seed proves
#          nothing, so that no claim is judged by it. Lower rows: vehicles that wait before each signal, the mean of ten
#          seconds; the darkest is 20 and more. Last row: QMIX, of which the paper says that it lets one direction go and blocks
#          two rows at the border alone; here vehicles stand before nearly all signals, from the first peak on.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
rows = 'ltos:weight ltos-code:weight ltos:queue max-pressure:queue fixed-time:queue qmix:queue' # gnuplot has ids for 27 panels
of(name, what) = stringcolumn('method') eq name && strstrt(stringcolumn('what'), what) > 0
head(text) = text[1 : strstrt(text, ':') - 1]
tail(text) = text[strstrt(text, ':') + 1 : *]
drawn = ''
do for [r = 1:words(rows)] {
    undefine seen_*
    stats file using (of(head(word(rows, r)), tail(word(rows, r))) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records') && seen_records > 0) { if (seen_max > 30) { drawn = drawn.' '.word(rows, r) } }
}
if (words(drawn) == 0) exit gnuplot
steps = '60 120 240 300' # decisions of 10 s
columns = words(steps)
east(signal) = floor(signal / 6)
north(signal) = int(signal) % 6
inside(signal) = east(signal) % 5 > 0 && north(signal) % 5 > 0
# What stands below the maps; stats cannot run inside a multiplot.
array below[words(drawn) * columns]
do for [r = 1:words(drawn)] {
    do for [c = 1:columns] {
        below[(r - 1) * columns + c] = ''
        if (tail(word(drawn, r)) eq 'weight') {
            here(signal) = of(head(word(drawn, r)), 'weight') && column('step') == int(word(steps, c))
            stats file using (here(0) && inside(column('signal')) ? column('value') : NaN) nooutput name 'inner'
            stats file using (here(0) && !inside(column('signal')) ? column('value') : NaN) nooutput name 'edge'
            below[(r - 1) * columns + c] = sprintf('edge %.2f, inside %.2f ± %.2f', edge_mean, inner_mean, inner_stddev)
        }
    }
}
height = 40 + 232 * words(drawn)
set terminal svg @canvas size 960, height
set output output
set multiplot layout words(drawn), columns margins 0.09, 0.9, 32.0 / height, 1 - 40.0 / height spacing 0.03, 34.0 / height
set xrange [-0.5:5.5]
set yrange [-0.5:5.5]
set size ratio 1
unset xtics
unset ytics
unset grid
unset key
set border 15 linecolor rgb grey linewidth 1
set palette defined (0 '#F7FBFF', 0.5 '#6BAED6', 1 '#08306B')
set style fill solid 1 noborder
set colorbox user origin graph 1.06, graph 0 size graph 0.06, graph 1
do for [r = 1:words(drawn)] {
    name = head(word(drawn, r)); what = tail(word(drawn, r))
    if (what eq 'weight') { set cbrange [0:1] } else { set cbrange [0:20] }
    set cblabel (what eq 'weight' ? 'share' : 'vehicles') offset (what eq 'weight' ? -1 : 0), 0
    do for [c = 1:columns] {
        step = int(word(steps, c))
        set title (r == 1 ? sprintf('%d s', 10 * step) : '') font ',16' textcolor rgb ink offset 0, -0.6
        set ylabel (c == 1 ? name."\n".(what eq 'weight' ? 'share kept' : 'waiting') : '') noenhanced
        set label 1 below[(r - 1) * columns + c] at graph 0.5, graph -0.07 center font ',13' textcolor rgb ink
        set colorbox
        if (c < columns) { unset colorbox }
        plot file using (of(name, what) && column('step') == step ? east(column('signal')) : NaN):(north(column('signal'))):(0.5):(0.5):'value' \
            with boxxyerror linecolor palette
    }
}
unset multiplot
