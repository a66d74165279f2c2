# default-panels.gp - learning curves of several methods in one panel, their seeds thin and their means thick; panels of one
# metric stand in rows of three. A script sets: metric, y_label; panels (keys of variants), panel_names; lines, line_names
# (what is drawn over one another); key(line, panel), a function that names the data, '' where that panel has no such line;
# quoted names are separated by |. Then it loads this file. What has not been run is left out.
# Optional: lowest and highest, the range of all panels; levels and level_names, what has no curve: a thin line at the mean
# of key(level, panel); across, panels in a row; has_paper = 1: the paper's numbers, dashed in the colour of their line;
# paper_name; line_colours, line_dashes, where lines are not methods.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('x_label')) x_label = 'training episodes'
if (!exists('across')) across = 3
if (!exists('levels')) { levels = ''; level_names = '' }
if (!exists('has_paper')) has_paper = 0
if (!exists('paper_name')) paper_name = 'the paper’s'
if (!exists('line_colours')) { line_colours = '' }
if (!exists('curve_keys_'.metric)) exit gnuplot # no data, no figure
run(name) = strlen(name) > 0 && strstrt(' '.value('curve_keys_'.metric).' ', ' '.name.' ') > 0
of(what, name) = exists(what.'_'.metric.'_'.name) ? value(what.'_'.metric.'_'.name) : NaN
curve(name) = data.'/curve-'.metric.'-'.name.'.dat'
average(name) = data.'/mean-'.metric.'-'.name.'.dat'
paint(l) = words(line_colours) ? word(line_colours, l) : colour(place(word(lines, l), l))
faint_paint(l) = '#50'.substr(paint(l), 2, 7)
dashed(l) = words(line_colours) ? l : dash(place(word(lines, l), l))

# Panels and lines of which something has run.
drawn = ''; ran = ''
do for [c = 1:words(panels)] {
    any = 0
    do for [l = 1:words(lines)] {
        if (run(key(word(lines, l), word(panels, c)))) { any = 1; if (!strstrt(ran.' ', ' '.l.' ')) { ran = ran.' '.l } }
    }
    if (any) { drawn = drawn.' '.c }
}
count = words(drawn)
if (count == 0) exit gnuplot
columns = count < across ? count : across
row_count = (count + columns - 1) / columns
top = 34.0; panel_height = 290.0; between = 84.0; legend_row = 24.0; legends = words(levels) || has_paper ? 2 : 1
strip = strip_height + (legends - 1) * legend_row; under = strip + 24
height = top + row_count * panel_height + (row_count - 1) * between + under
set terminal svg @canvas size 960, height
set output output
if (exists('lowest')) { set yrange [lowest : highest] }
unset key
set multiplot layout row_count, columns margins 0.09, 0.98, under / height, 1 - top / height \
    spacing 0.05, between / height
do for [i = 1:count] {
    panel = word(panels, int(word(drawn, i)))
    set title part(panel_names, int(word(drawn, i))) font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    if ((i - 1) % columns == 0) { set ylabel y_label textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
    names = ''; places = ''
    do for [l = 1:words(lines)] {
        if (run(key(word(lines, l), panel))) { names = names.' '.key(word(lines, l), panel); places = places.' '.l }
    }
    at(k) = int(word(places, k))
    plot for [k = 1:words(names)] curve(word(names, k)) using 4:2 with lines linewidth 0.8 linecolor rgb faint_paint(at(k)), \
         for [k = 1:words(names)] average(word(names, k)) using 6:2 with lines linewidth 2.6 \
             dashtype dashed(at(k)) linecolor rgb paint(at(k)), \
         for [k = 1:words(names)] (has_paper ? of('paper', word(names, k)) : NaN) with lines linewidth 1.8 \
             dashtype (7, 5) linecolor rgb paint(at(k)), \
         for [l = 1:words(levels)] of('mean', key(word(levels, l), panel)) with lines linewidth level_width(l) dashtype level_dash(l) \
             linecolor rgb grey
}
# The strip below, of one row of the legend or two; places go by the length of the names.
reset
set border 0
unset tics
unset key
set xrange [0:960]
set yrange [0:strip]
set lmargin at screen 0
set rmargin at screen 1
set bmargin at screen 0.001
set tmargin at screen strip / height
set label x_label at screen 0.535, screen (strip - 18.0) / height center textcolor rgb ink
width(name) = 74 + 7.6 * strlen(name)
row = 17 + (legends - 1) * legend_row
long = 0
do for [k = 1:words(ran)] { long = long + width(part(line_names, int(word(ran, k)))) }
left = 480 - 0.5 * long + 16
do for [k = 1:words(ran)] {
    l = int(word(ran, k))
    set arrow from left, row rto 34, 0 nohead linewidth 2.6 dashtype dashed(l) linecolor rgb paint(l)
    set label part(line_names, l) at left + 42, row noenhanced
    left = left + width(part(line_names, l))
}
if (legends > 1) {
    long = has_paper ? width(paper_name) : 0
    do for [l = 1:words(levels)] { long = long + width(part(level_names, l)) }
    left = 480 - 0.5 * long + 16
    if (has_paper) {
        set arrow from left, 17 rto 34, 0 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb grey
        set label paper_name at left + 42, 17 noenhanced
        left = left + width(paper_name)
    }
    do for [l = 1:words(levels)] {
        set arrow from left, 17 rto 34, 0 nohead linewidth level_width(l) dashtype level_dash(l) linecolor rgb grey
        set label part(level_names, l) at left + 42, 17 noenhanced
        left = left + width(part(level_names, l))
    }
}
plot NaN
unset multiplot
