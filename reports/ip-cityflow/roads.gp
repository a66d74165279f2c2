# title: Who waits where, at the same second
# place: 3
# caption: The 7x7 grid in an episode of seed 0 after training, at four times: vehicles that wait before each signal, the mean
#          of ten seconds; the darkest is 20 and more. Rows are methods; fixed-time and max-pressure learn nothing.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
wanted = 'ip dgn pic max-pressure fixed-time'; drawn = ''
do for [m = 1:words(wanted)] {
    undefine seen_*
    stats file using (stringcolumn('method') eq word(wanted, m) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records') && seen_records > 0) { drawn = drawn.' '.word(wanted, m) }
}
if (words(drawn) == 0) exit gnuplot
steps = '30 50 70 100' # decisions of 10 s
height = 40 + 215 * words(drawn)
set terminal svg @canvas size 960, height
set output output
set multiplot layout words(drawn), words(steps) margins 0.09, 0.9, 0.01, 1 - 40.0 / height spacing 0.03, 0.015
set xrange [-0.5:6.5]
set yrange [-0.5:6.5]
set size ratio 1
unset xtics
unset ytics
unset grid
unset key
set border 15 linecolor rgb grey linewidth 1
set palette defined (0 '#F7FBFF', 0.5 '#6BAED6', 1 '#08306B')
set cbrange [0:20]
set cblabel 'vehicles waiting' offset -1, 0
set style fill solid 1 noborder
set colorbox user origin graph 1.06, graph 0 size graph 0.06, graph 1
do for [r = 1:words(drawn)] {
    name = word(drawn, r)
    do for [c = 1:words(steps)] {
        step = int(word(steps, c))
        set title (r == 1 ? sprintf('%d s', 10 * step) : '') font ',16' textcolor rgb ink offset 0, -0.6
        set ylabel (c == 1 ? name : '') noenhanced
        set colorbox
        if (c < words(steps)) { unset colorbox }
        plot file using (stringcolumn('method') eq name && column('step') == step ? floor(column('signal') / 7) : NaN):(int(column('signal')) % 7):(0.5):(0.5):'queue' \
            with boxxyerror linecolor palette
    }
}
unset multiplot
