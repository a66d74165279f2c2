# default-overlay.gp - learning curves of several methods in one panel: a row of panels per metric, a column per variant.
# A script sets: rows (keys of metrics), row_names; panels (keys of variants), panel_names; lines, line_names (what is
# drawn over one another); key(line, panel), a function that names the data, '' where that panel has no such line; quoted
# names are separated by |. Then it loads this file. What has not been run is left out. Panels side by side have one range; each says its number of seeds.
# Optional: row_ends, words such as '0:1' or * (free), the range of each row;
# line_colours, where lines are not methods; has_untrained = 1 and untrained(panel), the data whose mean final
# value is where curves start: a thin line.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('x_label')) x_label = 'training episodes'
first_metric = word(rows, 1)
first_keys = 'curve_keys_'.first_metric
if (!exists(first_keys) || words(value(first_keys)) == 0) exit gnuplot # no data, no figure
run(metric, name) = exists('curve_keys_'.metric) && strstrt(' '.value('curve_keys_'.metric).' ', ' '.name.' ') > 0

# Lines that have run in some panel; none, and nothing untrained either: no figure.
ended(metric, name) = exists('final_keys_'.metric) && strstrt(' '.value('final_keys_'.metric).' ', ' '.name.' ') > 0
if (!exists('has_untrained')) { has_untrained = 0 }
ran = ''; started = 0
do for [l = 1:words(lines)] {
    do for [c = 1:words(panels)] {
        if (run(first_metric, key(word(lines, l), word(panels, c)))) { ran = ran.' '.l }
    }
}
if (has_untrained) {
    do for [c = 1:words(panels)] { started = started + ended(first_metric, untrained(word(panels, c))) }
}
if (words(ran) == 0 && !started) exit gnuplot
if (!exists('line_colours')) { line_colours = '' }
paint(l) = words(line_colours) ? word(line_colours, l) : colour(place(word(lines, l), l))
marked(l) = marker(words(line_colours) ? l : place(word(lines, l), l))
dashed(l) = dash(words(line_colours) ? l : place(word(lines, l), l))
legend(l) = part(line_names, l).(strstrt(ran.' ', ' '.l.' ') ? '' : ' (not run)')

top = 34.0; panel_height = 250.0; between = 58.0; below = strip_height + 24
row_count = words(rows); columns = words(panels)
height = top + row_count * panel_height + (row_count - 1) * between + below
set terminal svg @canvas size 960, height
set output output
unset key
average(metric, name) = data.'/mean-'.metric.'-'.name.'.dat'
final(metric, name) = data.'/final-'.metric.'-'.name.'.dat'

# The range of a row, and of seeds in a panel; stats cannot run inside a multiplot.
array low[row_count]; array high[row_count]; array before[row_count * columns]
array fewest[columns]; array most[columns]; array units[columns]
do for [c = 1:columns] { fewest[c] = 1e9; most[c] = 0; units[c] = 0 }
do for [r = 1:row_count] {
    metric = word(rows, r)
    low[r] = 1e300; high[r] = -1e300
    do for [c = 1:columns] {
        panel = word(panels, c)
        before[(r - 1) * columns + c] = NaN
        if (has_untrained) {
            if (ended(metric, untrained(panel))) {
                stats final(metric, untrained(panel)) using 1 nooutput name 'start'
                before[(r - 1) * columns + c] = start_mean
                if (start_mean < low[r]) { low[r] = start_mean }
                if (start_mean > high[r]) { high[r] = start_mean }
            }
        }
        do for [l = 1:words(lines)] {
            name = key(word(lines, l), panel)
            if (run(metric, name)) {
                stats average(metric, name) using 1 nooutput name 'last'
                if (last_max > units[c]) { units[c] = last_max } # the longest of them
                stats average(metric, name) using 3 nooutput name 'least'
                stats average(metric, name) using 4 nooutput name 'largest'
                if (least_min < low[r]) { low[r] = least_min }
                if (largest_max > high[r]) { high[r] = largest_max }
                stats average(metric, name) using 5 nooutput name 'n' # seeds, fewer where one has diverged
                if (n_max < fewest[c]) { fewest[c] = n_max }
                if (n_max > most[c]) { most[c] = n_max }
            }
        }
    }
}
if (exists('row_ends')) {
    do for [r = 1:row_count] {
        ends = word(row_ends, r); colon = strstrt(ends, ':')
        if (colon && low[r] < 1e300) { low[r] = real(ends[1 : colon - 1]); high[r] = real(ends[colon + 1 : *]) }
    }
}
number(c) = fewest[c] == most[c] ? sprintf('%d', most[c]) : sprintf('%d to %d', fewest[c], most[c])
seeds(c) = most[c] == 0 ? '' : ', '.number(c).(most[c] == 1 ? ' seed' : ' seeds')
beyond(r) = high[r] > low[r] ? 0.05 * (high[r] - low[r]) : 0.5
row_range = 'set yrange [low[r] - beyond(r) : high[r] + beyond(r)]'
set multiplot layout row_count, columns margins 0.09, 0.98, below / height, 1 - top / height \
    spacing 0.05, between / height

do for [r = 1:row_count] {
    metric = word(rows, r)
    do for [c = 1:columns] {
        # the methods that have run, and their places among the lines, which give the colours
        names = ''; places = ''; meant = 0
        do for [l = 1:words(lines)] {
            name = key(word(lines, l), word(panels, c))
            if (run(metric, name)) { names = names.' '.name; places = places.' '.l }
            if (strlen(name) > 0 && strstrt(ran.' ', ' '.l.' ')) { meant = meant + 1 }
        }
        set title (r == 1 ? part(panel_names, c).seeds(c) : '') font ',16' textcolor rgb ink noenhanced offset 0, -0.4
        if (c == 1) { set ylabel part(row_names, r) textcolor rgb ink offset 1.2, 0 } else { unset ylabel }
        set format y (c == 1 ? '%g' : '')
        if (words(names) == 0) {
            set xrange [0:1]
            set xtics 2
            if (low[r] < 1e300) { @row_range } else { set yrange [0:1] } # the labels are those of the whole row
            set label 1 'not run' at graph 0.5, graph 0.5 center textcolor rgb grey
            plot NaN
            unset label 1
        } else {
            @row_range
            if (words(names) < meant) { set label 1 'others: not run' at graph 0.5, graph 0.06 center textcolor rgb grey }
            start = before[(r - 1) * columns + c]
            set xrange [0 : units[c]]
            set xtics units[c] / 2 # a label at the start, the middle and the end: panels are narrow
            plot for [k = 1:words(names)] average(metric, word(names, k)) using 1:3:4 with filledcurves \
                     fillcolor rgb paint(int(word(places, k))) fillstyle transparent solid 0.18 noborder, \
                 for [k = 1:words(names)] average(metric, word(names, k)) using 1:2 with linespoints linewidth 2.4 \
                     pointtype marked(int(word(places, k))) pointsize 0.8 pointinterval 4 \
                     dashtype dashed(int(word(places, k))) linecolor rgb paint(int(word(places, k))), \
                 start with lines linewidth 1.2 linecolor rgb ink
            unset label 1
        }
    }
}
@bottom_strip
# Places in the legend go by the length of the names.
letters = 0
do for [l = 1:words(lines)] { letters = letters + strlen(legend(l)) }
letter = letters > 45 ? 7.0 : 8.0; between = 66.0
left = 480 - 0.5 * (letter * (letters + 9 * has_untrained) + between * (words(lines) + has_untrained - 1) + 40)
do for [l = 1:words(lines)] {
    set arrow from left, 17 to left + 34, 17 nohead linewidth 2.4 dashtype dashed(l) linecolor rgb paint(l)
    set label at left + 17, 17 point pointtype marked(l) pointsize 0.8 linecolor rgb paint(l) front
    set label legend(l) at left + 40, 17 noenhanced
    left = left + letter * strlen(legend(l)) + between
}
if (has_untrained) {
    set arrow from left, 17 rto 34, 0 nohead linewidth 1.2 linecolor rgb ink
    set label 'untrained' at left + 40, 17
}
plot NaN
unset multiplot
