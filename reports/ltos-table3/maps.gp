# title: Who keeps what, and who waits, at four times (Figure 7b)
# caption: The 6x6 grid in a greedy episode of seed 0 after training: in the first peak, between the peaks, in the second,
#          twice as busy, and after it. Upper rows: the share of its reward that each signal keeps. Lower rows: vehicles that
#          wait before it, the mean of ten seconds.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
rows = 'ltos:weight ltos-code:weight ltos:queue ltos-code:queue max-pressure:queue fixed-time:queue'
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
height = 40 + 215 * words(drawn)
set terminal svg @canvas size 960, height
set output output
set multiplot layout words(drawn), words(steps) margins 0.09, 0.9, 0.01, 1 - 40.0 / height spacing 0.03, 0.015
set xrange [-0.5:5.5]
set yrange [-0.5:5.5]
set size ratio 1
unset xtics
unset ytics
unset grid
unset key
set border 15 linecolor rgb grey linewidth 1
set palette defined (0 '#F7FBFF', 0.5 '#6BAED6', 1 '#08306B')
do for [r = 1:words(drawn)] {
    name = head(word(drawn, r)); what = tail(word(drawn, r))
    if (what eq 'weight') { set cbrange [0:1] } else { set cbrange [0:20] }
    do for [c = 1:words(steps)] {
        step = int(word(steps, c))
        set title (r == 1 ? sprintf('%d s', 10 * step) : '') font ',16' textcolor rgb ink offset 0, -0.6
        set ylabel (c == 1 ? name."\n".(what eq 'weight' ? 'keeps' : 'waiting') : '') noenhanced
        if (c == words(steps)) { set colorbox } else { unset colorbox }
        plot file using (of(name, what) && column('step') == step ? floor(column('signal') / 6) : NaN):(int(column('signal')) % 6):'value' \
            with points pointtype 5 pointsize 3.2 linecolor palette
    }
}
unset multiplot
