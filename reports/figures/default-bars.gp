# default-bars.gp - final values of several methods as bars: a panel per variant. A script sets metric, y_label, panels,
# panel_names, lines, line_names and key(line, panel) as for default-overlay.gp, and loads this file. Optional:
# panel_lines, for each panel the lines that it is meant to have, separated by |; else all.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('final_keys_'.metric) || words(value('final_keys_'.metric)) == 0) exit gnuplot # no data, no figure
run(name) = strstrt(' '.value('final_keys_'.metric).' ', ' '.name.' ') > 0

columns = words(panels)
lines_of(c) = exists('panel_lines') ? part(panel_lines, c) : lines
named_from(line, k) = word(lines, k) eq line ? part(line_names, k) : named_from(line, k + 1)
ran = 0
do for [c = 1:columns] { do for [l = 1:words(lines_of(c))] { ran = ran + run(key(word(lines_of(c), l), word(panels, c))) } }
if (ran == 0) exit gnuplot
top = 34.0; panel_height = 260.0; below = strip_height + 70 # the names are slanted
height = top + panel_height + below
set terminal svg @canvas size 960, height
set output output
unset key
set grid ytics noxtics
set xtics scale 0 noenhanced rotate by 40 right
of(what, name) = value(what.'_'.metric.'_'.name)
low = 0.0; high = 0.0 # of all that is drawn
reach(x) = (low = x < low ? x : low, high = x > high ? x : high)
papers = 0
final(name) = data.'/final-'.metric.'-'.name.'.dat'
array fewest[columns]; array most[columns]
do for [c = 1:columns] { # stats cannot run inside a multiplot
    fewest[c] = 1e9; most[c] = 0
    do for [l = 1:words(lines_of(c))] {
        name = key(word(lines_of(c), l), word(panels, c))
        if (exists('paper_'.metric.'_'.name)) { void = reach(of('paper', name)) }
        if (run(name)) {
            stats final(name) using 1 name 'seeds' nooutput
            eval sprintf('bar_%d_%d = seeds_mean', c, l)
            void = reach(seeds_min)
            void = reach(seeds_max)
            if (seeds_records < fewest[c]) { fewest[c] = seeds_records }
            if (seeds_records > most[c]) { most[c] = seeds_records }
        }
    }
}
if (high == low) { high = 1.0 }
margin = 0.06 * (high - low)
set yrange [low < 0 ? low - margin : 0 : high > 0 ? high + margin : margin]
number(c) = fewest[c] == most[c] ? sprintf('%d', most[c]) : sprintf('%d to %d', fewest[c], most[c])
seeds(c) = most[c] == 0 ? '' : ', '.number(c).' seeds'
set multiplot layout 1, columns margins 0.09, 0.98, below / height, 1 - top / height spacing 0.04, 0
do for [c = 1:columns] {
    set title part(panel_names, c).seeds(c) font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    if (c == 1) { set ylabel y_label textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
    set format y (c == 1 ? '%g' : '')
    unset object
    unset label
    unset arrow
    names = ''; places = ''
    bars = words(lines_of(c))
    set print $papers # as lines of a plot: an arrow after one with heads has no dashes in SVG
    print NaN, NaN
    print ''
    set xrange [0.3 : bars + 0.7]
    set xtics ('' 0)
    do for [l = 1:bars] {
        line = word(lines_of(c), l)
        name = key(line, word(panels, c))
        set xtics add (named_from(line, 1) l)
        if (run(name)) {
            names = names.' '.name; places = places.' '.l
            set object l rectangle from l - 0.36, 0 to l + 0.36, value(sprintf('bar_%d_%d', c, l)) back \
                fillcolor rgb colour(place(line, l)) fillstyle solid 0.45 \
                border rgb colour(place(line, l))
            if (exists('low_'.metric.'_'.name) && of('low', name) < of('high', name)) {
                set arrow from l + 0.26, of('low', name) to l + 0.26, of('high', name) heads size screen 0.004, 90 \
                    linewidth 1.8 linecolor rgb ink front
            }
            if (exists('paper_'.metric.'_'.name)) {
                papers = 1
                print l - 0.42, of('paper', name)
                print l + 0.42, of('paper', name)
                print ''
            }
        } else {
            set label l 'not run' at l, graph 0.02 rotate by 90 left font ',12' textcolor rgb grey
        }
    }
    unset print
    if (words(names) == 0) { plot NaN } else {
        plot for [k = 1:words(names)] final(word(names, k)) using (int(word(places, k)) - 0.08 + 0.08 * column(3)):1 \
                 with points pointtype 7 pointsize 0.5 linecolor rgb ink, 0 with lines linewidth 1 linecolor rgb grey, \
             $papers using 1:2 with lines linewidth 1.8 dashtype (7, 5) linecolor rgb ink
    }
}
x_label = ''
@bottom_strip
set object 1 rectangle from 60, 10 to 90, 24 fillcolor rgb grey fillstyle solid 0.45 border rgb grey
set label 'mean of the seeds' at 98, 17
set label at 270, 17 point pointtype 7 pointsize 0.6 linecolor rgb ink
set label 'one seed' at 283, 17
set arrow from 385, 17 to 415, 17 heads size screen 0.004, 90 linewidth 1.8 linecolor rgb ink
set label '95 % bootstrap interval of the interquartile mean' at 425, 17
if (papers) {
    set label 'paper' at 863, 17
    set print $papers
    print 820, 17
    print 855, 17
    unset print
    plot $papers using 1:2 with lines linewidth 1.8 dashtype (7, 5) linecolor rgb ink
} else { plot NaN }
unset multiplot
