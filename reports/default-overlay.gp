# default-overlay.gp - learning curves of several methods in one panel: a row of panels per metric, a column per variant.
# A script sets: rows (keys of metrics), row_names; panels (keys of variants), panel_names; lines, line_names (what is
# drawn over one another); key(line, panel), a function that names the data; quoted names are separated by |. Then it
# loads this file. What has not been run is left out.
load data.'/result.gp'
load reports.'/style.gp'

if (!exists('x_label')) x_label = 'training episodes'
first_metric = word(rows, 1)
first_keys = 'curve_keys_'.first_metric
if (!exists(first_keys) || words(value(first_keys)) == 0) exit gnuplot # no data, no figure
head(text) = strstrt(text, '|') ? text[1 : strstrt(text, '|') - 1] : text
part(text, i) = i == 1 ? head(text) : part(text[strstrt(text, '|') + 1 : *], i - 1)
run(metric, name) = exists('curve_keys_'.metric) && strstrt(' '.value('curve_keys_'.metric).' ', ' '.name.' ') > 0

top = 34.0; panel_height = 250.0; between = 58.0; below = strip_height + 24
row_count = words(rows); columns = words(panels)
height = top + row_count * panel_height + (row_count - 1) * between + below
set terminal svg @canvas size 960, height
set output output
unset key
set multiplot layout row_count, columns margins 0.09, 0.98, below / height, 1 - top / height \
    spacing 0.05, between / height

average(metric, name) = data.'/mean-'.metric.'-'.name.'.dat'
do for [r = 1:row_count] {
    metric = word(rows, r)
    do for [c = 1:columns] {
        # the methods that have run, and their places among the lines, which give the colours
        names = ''; places = ''
        do for [l = 1:words(lines)] {
            name = key(word(lines, l), word(panels, c))
            if (run(metric, name)) { names = names.' '.name; places = places.' '.l }
        }
        set title (r == 1 ? part(panel_names, c) : '') font ',16' textcolor rgb ink noenhanced offset 0, -0.4
        if (c == 1) { set ylabel part(row_names, r) textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
        if (words(names) == 0) {
            set yrange [0:1]
            plot NaN
        } else {
            set autoscale y
            stats average(metric, word(names, 1)) using 1 nooutput name 'units'
            set xrange [0 : units_max]
            set xtics units_max / 2 # a label at the start, the middle and the end: panels are narrow
            plot for [k = 1:words(names)] average(metric, word(names, k)) using 1:3:4 with filledcurves \
                     fillcolor rgb colour(int(word(places, k))) fillstyle transparent solid 0.18 noborder, \
                 for [k = 1:words(names)] average(metric, word(names, k)) using 1:2 with lines linewidth 2.8 \
                     linecolor rgb colour(int(word(places, k)))
        }
    }
}
@bottom_strip
step = 880.0 / words(lines)
do for [l = 1:words(lines)] {
    left = 60 + (l - 1) * step
    set arrow from left, 17 to left + 30, 17 nohead linewidth 2.8 linecolor rgb colour(l)
    set label part(line_names, l) at left + 38, 17 noenhanced
}
plot NaN
unset multiplot
