# style.gp - what every figure shares: canvas, palette, line styles, legend. The figure scripts load it after
# data/result.gp.
#
# A figure script is run by `marlgold report` as
#     gnuplot -d -c reports/figures/draw.gp reports/RESULT/NAME.gp FOLDER reports/figures FIGURE.svg
# FOLDER holds what the tool prepared from the result's CSV files (`marlgold report --data FOLDER` keeps it, in a
# folder per result, so that the line above can be typed by hand):
#   result.gp              result, profile; metrics: the metrics' keys; tables: names of the extra tables with rows. A
#                          key is a name with _ for what is neither letter nor digit.
#                          For each METRIC: name_METRIC; curve_series_METRIC, curve_keys_METRIC, final_series_METRIC,
#                          final_keys_METRIC (names and keys of the methods that have it); low_METRIC, high_METRIC
#                          (range of the curves, the final values and the paper's).
#                          For each METRIC and method KEY, as numbers: n_METRIC_KEY, mean_, iqm_, low_, high_ (the
#                          interval) and, where the paper has one, paper_METRIC_KEY.
#   curve-METRIC-KEY.dat   units value seed episodes; a blank line between seeds
#   mean-METRIC-KEY.dat    units mean min max n episodes, over the seeds
#   final-METRIC-KEY.dat   value seed offset: offset (0, 1, -1, 2, ...) sets dots apart that would overlap
#   TABLE.csv              each extra table with its header; a blank line where the first four columns change
# A result that has been run in part may lack any of them: a script that finds no data says `exit gnuplot` before
# `set output`.
# The first comment lines of a script, `# title:` and `# caption:`, are what the page prints with the figure; lines
# indented further go on with them. Figures stand in the order of their names, but for those that say `# place: 1` and so on,
# which come first.

set encoding utf8
set minussign
set datafile separator whitespace

# Okabe and Ito's palette: distinct for every common kind of colour vision.
blue = '#0072B2'; vermillion = '#D55E00'; green = '#009E73'
purple = '#CC79A7'; orange = '#E69F00'; sky = '#56B4E9'
ink = '#1A1A1A'; grey = '#6B6B6B'; pale = '#D9D9D9'
violet = '#7B5FC9'; olive = '#808000'; brown = '#A6611A' # of middle lightness, for light and dark ground alike
colours = blue.' '.vermillion.' '.green.' '.purple.' '.orange.' '.sky.' '.ink.' '.grey.' '.violet.' '.olive.' '.brown
colour(i) = word(colours, (i - 1) % words(colours) + 1)
dash(i) = int(word('1 2 4 5 3 1 2 1 1 2 4', (i - 1) % 11 + 1)) # with the colour, so that lines differ without it too
marker(i) = int(word('7 5 9 11 13 4 6 1 7 5 9', (i - 1) % 11 + 1)) # and points
# A method has one place, and so one colour, dash and marker, in all figures of all results; what is none of these has the
# place it is named at. A name that begins another's goes before it; - is no method, since its colour is that of ip.
methods = 'as vs vps vps_reward ps ind team start lio lio_asym pg ' \
    . 'ltos fixed_ltos ltos_code dqn dgn qmix neurcomm consenet ip coco_q joint_dqn ' \
    . 'lio_dec lio_one_episode pg_d pg_c lola_d lola_c two_ts metagrad dual_rl_d2 dual_rl_d3 dual_rl_d5 dual_rl_c ' \
    . 'ac ac_d ac_c ia cen maddpg maddpgs - pic iql uniform max_pressure fixed_time constant'
method_from(name, k) = k > words(methods) ? 0 : word(methods, k) eq name ? k : method_from(name, k + 1)
place(name, otherwise) = method_from(name, 1) ? method_from(name, 1) : otherwise
# The same from a key of data, method_variant; what belongs to no method is ink.
method_at(key, k) = k < 1 ? 0 : (key eq word(methods, k) || strstrt(key, word(methods, k).'_') == 1) ? k : method_at(key, k - 1)
method_of(key) = method_at(key, words(methods))
colour_of(key) = method_of(key) ? colour(method_of(key)) : ink
faint_of(key) = '#60'.substr(colour_of(key), 2, 7)
faint(i) = '#60'.substr(colour(i), 2, 7) # the same, partly transparent

# `set terminal svg @canvas size 960, 400`: 960 units are the full width of the page, so 15 is the size of its text.
canvas = "dynamic enhanced rounded background rgb 'white' font 'Helvetica,15' linewidth 1"
set border 3 linecolor rgb grey linewidth 1
set tics nomirror out scale 0.5 font ',14' textcolor rgb ink
set xtics offset 0, 0.3
set grid linecolor rgb pale linewidth 0.8 dashtype 1
set key textcolor rgb ink

# part(names, i): the i-th of quoted names that are separated by |.
head(text) = strstrt(text, '|') ? text[1 : strstrt(text, '|') - 1] : text
part(text, i) = i == 1 ? head(text) : part(text[strstrt(text, '|') + 1 : *], i - 1)

# The l-th line of what learns nothing, where it stands in a panel of curves.
level_dash(l) = l + 2 # dots; dashes and dots
level_width(l) = 1.3 + 0.1 * l # where nothing but the dashes differs, the SVG keeps those of the line before

# The strip below all panels of a multiplot: the label of the horizontal axis that they share, and a legend laid by
# hand, since the key of a panel is only as wide as its panel. After the last panel: `@bottom_strip`, then the arrows
# and labels of the legend at height 17 of the strip, whose width is 960, then `plot NaN`.
# Wants x_label and `height`, the canvas' height.
strip_height = 66.0
bottom_strip = "reset; set border 0; unset tics; unset key; set xrange [0:960]; set yrange [0:34]; " \
    . "set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0.001; " \
    . "set tmargin at screen 34.0 / height; " \
    . "set label x_label at screen 0.535, screen 49.0 / height center textcolor rgb ink"
