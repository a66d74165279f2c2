# title: Learning curves
# caption: One panel per method, n seeds. Thin lines are the single seeds, the thick line is their mean, the dashed line
#          is the paper's value.
#
# The learning curves of one metric: what a result without a script of its own gets, once per metric, and what the
# others build on: set any of the names below, then load this file. logarithmic = 1: the vertical axis, from lowest to
# highest. levels: words such as 'fixed_time', what else stands in each panel: a thin line at the mean of LEVEL_VARIANT,
# where level_variant says which; level_names, separated by |, are their names in the legend.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('metric')) metric = word(metrics, 1)
if (!exists('y_label')) y_label = value('name_'.metric)
if (!exists('by_episodes')) by_episodes = 0 # where methods count their training in other units
if (!exists('x_label')) x_label = 'training units'
if (!exists('paper_name')) paper_name = 'paper'
if (!exists('across')) across = 3 # panels in a row
if (!exists('x_format')) x_format = '%.0s%c' # 1k; of less than a thousand units or uneven hundreds: '%g'

if (!exists('curve_series_'.metric) || words(value('curve_series_'.metric)) == 0) exit gnuplot # no data, no figure
if (!exists('series')) series = value('curve_series_'.metric)
if (!exists('keys')) keys = value('curve_keys_'.metric)
panels = words(keys)
columns = panels < across ? panels : across
rows = (panels + columns - 1) / columns
top = 34.0; panel = 290.0; between = 84.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output

if (!exists('logarithmic')) logarithmic = 0
if (!exists('levels')) { levels = ''; level_names = ''; level_variant = '' }
level_of(l) = 'mean_'.metric.'_'.word(levels, l).'_'.level_variant
level(l) = exists(level_of(l)) ? value(level_of(l)) : NaN

low = exists('lowest') ? lowest : value('low_'.metric) # a script whose panels are some of the variants sets both
high = exists('highest') ? highest : value('high_'.metric)
margin = high > low ? 0.06 * (high - low) : 0.5
if (logarithmic) { set logscale y; set yrange [low : high] } else { set yrange [low - margin : high + margin] }
set format x x_format
unset key
set multiplot layout rows, columns margins 0.09, 0.98, below / height, 1 - top / height \
    spacing 0.04, between / height

curve(key) = data.'/curve-'.metric.'-'.key.'.dat'
any_paper = 0
average(key) = data.'/mean-'.metric.'-'.key.'.dat'
do for [i = 1:panels] {
    key = word(keys, i)
    has_paper = exists('paper_'.metric.'_'.key)
    any_paper = any_paper || has_paper
    paper = has_paper ? value('paper_'.metric.'_'.key) : NaN
    n = 'n_'.metric.'_'.key # of the final values; a seed that diverged has a curve until then
    panel_title = word(series, i).(exists(n) ? sprintf(', n = %d', value(n)) : '')
    set title panel_title font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    if ((i - 1) % columns == 0) {
        set ylabel y_label textcolor rgb ink offset 0.5, 0
        set format y '%g'
    } else {
        unset ylabel
        set format y ''
    }
    plot curve(key) using (by_episodes ? $4 : $1):2 with lines linewidth 0.9 linecolor rgb faint_of(key), \
         average(key) using (by_episodes ? $6 : $1):2 with lines linewidth 3.2 linecolor rgb colour_of(key), \
         paper with lines linewidth 1.8 dashtype (7, 5) linecolor rgb ink, \
         for [l = 1:words(levels)] level(l) with lines linewidth level_width(l) dashtype level_dash(l) linecolor rgb grey
}
@bottom_strip
at = words(levels) ? 100 : 300 # where the legend begins
set arrow from at, 17 to at + 35, 17 nohead linewidth 0.9 linecolor rgb grey
set label 'one seed' at at + 43, 17
set arrow from at + 140, 17 to at + 175, 17 nohead linewidth 3.2 linecolor rgb grey
set label 'mean of the seeds' at at + 183, 17
at = at + 350
if (any_paper) {
    set arrow from at, 17 to at + 35, 17 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink
    set label paper_name at at + 43, 17
    at = at + 80 + 7 * strlen(paper_name)
}
do for [l = 1:words(levels)] {
    set arrow from at, 17 to at + 35, 17 nohead linewidth level_width(l) dashtype level_dash(l) linecolor rgb grey
    set label part(level_names, l) at at + 43, 17
    at = at + 80 + 7 * strlen(part(level_names, l))
}
plot NaN
unset multiplot
