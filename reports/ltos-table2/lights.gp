# title: What Table 3's metric could mean
# caption: Red lights a vehicle waits for at each signal, under controllers that learn nothing, in the two readings that
#          fit the paper (its code computes neither): waiting time, and delay against free flow, both in units of one
#          10 s decision. A mark is one draw of the demand. Dashed: the paper's lower bound 0.50, its LToS, 0.58, and its
#          QMIX, 5.94, which is said to release one direction all the time.
load data.'/result.gp'
load shared.'/style.gp'

metric = 'red_lights_waiting'
if (!exists('final_series_'.metric) || words(value('final_series_'.metric)) == 0) exit gnuplot # no data, no figure
series = value('final_series_'.metric)
keys = value('final_keys_'.metric)
rows = words(keys)
set terminal svg @canvas size 960, 110 + 80 * rows
set output output
set logscale x
set xrange [0.3:20]
set xtics (0.3, 0.5, 1, 2, 5, 10, 20)
set yrange [rows + 0.5 : 0.5]
set border 1
set lmargin at screen 0.2
set ytics scale 0 (0)
set ytics noenhanced font ',16'
set grid xtics noytics
do for [i = 1:rows] { set ytics add (word(series, i) i) }
set arrow from 0.5, graph 0 to 0.5, graph 1 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink back
set label 'lower bound' at 0.485, graph 0.4 right font ',13'
set arrow from 0.58, graph 0 to 0.58, graph 1 nohead linewidth 1.8 dashtype (2, 4) linecolor rgb ink back
set label 'LToS' at 0.6, graph 0.4 left font ',13'
set arrow from 5.94, graph 0 to 5.94, graph 1 nohead linewidth 1.8 dashtype (2, 4) linecolor rgb ink back
set label 'QMIX' at 6.1, graph 0.4 left font ',13'
set xlabel 'red lights per vehicle and signal (logarithmic)'
set key outside top center horizontal Left reverse
final(m, i) = data.'/final-'.m.'-'.word(keys, i).'.dat'
plot for [i = 1:rows] final('red_lights_waiting', i) using 1:(i - 0.12) with points pointtype 7 pointsize 0.7 \
         linecolor rgb ink title (i == 1 ? 'waiting time' : ''), \
     for [i = 1:rows] final('red_lights_delay', i) using 1:(i + 0.12) with points pointtype 9 pointsize 0.9 \
         linecolor rgb grey title (i == 1 ? 'delay against free flow' : '')
