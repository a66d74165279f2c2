# title: Final values
# caption: A dot is one seed. The bar is the interquartile mean with its 95 % bootstrap interval, the dashed line the
#          paper's value.
#
# Where each seed ended, for one metric: a row per method, so that names of any length can be read. Not drawn by
# default; a result's own script sets the names below and loads this file.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('metric')) metric = word(metrics, 1)
if (!exists('x_label')) x_label = value('name_'.metric)
if (!exists('paper_name')) paper_name = 'paper'

if (!exists('final_series_'.metric) || words(value('final_series_'.metric)) == 0) exit gnuplot # no data, no figure
series = value('final_series_'.metric)
keys = value('final_keys_'.metric)
rows = words(keys)
row = 124.0; below = strip_height + 24; top = 12.0
height = top + row * rows + below
set terminal svg @canvas size 960, height
set output output

low = value('low_'.metric); high = value('high_'.metric)
margin = high > low ? 0.04 * (high - low) : 0.5
set xrange [low - margin : high + margin]
set yrange [rows + 0.5 : 0.5]
set border 1
set lmargin at screen 0.13
set rmargin at screen 0.98
set bmargin at screen below / height
set tmargin at screen 1 - top / height
set ytics scale 0 (0)
set ytics noenhanced font ',16'
set grid xtics noytics
unset key

dot = 0.045 # height of a dot in rows; less where so many seeds would not fit
bar = 0.4   # how far below the row's middle the interval lies
name(what, i) = what.'_'.metric.'_'.word(keys, i)
final(i) = data.'/final-'.metric.'-'.word(keys, i).'.dat'
do for [i = 1:rows] {
    set ytics add (word(series, i).(exists(name('n', i)) ? sprintf("\nn = %d", value(name('n', i))) : '') i)
    if (exists(name('n', i)) && value(name('n', i)) * dot > 0.8) { dot = 0.8 / value(name('n', i)) }
    if (exists(name('paper', i))) {
        set arrow from value(name('paper', i)), i - 0.46 to value(name('paper', i)), i + 0.46 nohead \
            linewidth 1.8 dashtype (7, 5) linecolor rgb ink back
    }
    if (exists(name('low', i))) {
        set arrow from value(name('low', i)), i + bar to value(name('high', i)), i + bar nohead linewidth 5 \
            linecolor rgb faint_of(word(keys, i)) front
        set label at value(name('iqm', i)), i + bar point pointtype 9 pointsize 1.1 linecolor rgb colour_of(word(keys, i)) front
    }
}
set multiplot
plot for [i = 1:rows] final(i) using 1:(i - 0.1 + dot * column(3)) with points pointtype 7 pointsize 0.45 \
         linecolor rgb colour_of(word(keys, i))

@bottom_strip
set label at 190, 17 point pointtype 7 pointsize 0.6 linecolor rgb grey
set label 'one seed' at 203, 17
set label at 308, 17 point pointtype 9 pointsize 1.1 linecolor rgb grey
set label 'interquartile mean' at 323, 17
set arrow from 490, 17 to 520, 17 nohead linewidth 5 linecolor rgb '#80'.substr(grey, 2, 7)
set label '95 % bootstrap interval' at 530, 17
set arrow from 735, 17 to 770, 17 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink
set label paper_name at 778, 17
plot NaN
unset multiplot
