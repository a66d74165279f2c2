# title: Table 3, in both readings of its metric
# place: 1
# caption: Red lights a vehicle waits for at each signal of the 6x6 grid, the mean of the last tenth of the training, in the
#          two readings that fit the paper (its program computes neither): waiting time, and delay against free flow, both
#          in units of one 10 s decision. A mark is one seed, one above the other; a cross is the paper's number. Dashed: the paper's lower bound.
load data.'/result.gp'
load shared.'/style.gp'

metric = 'red_lights_waiting'
if (!exists('final_keys_'.metric)) exit gnuplot # no data, no figure
names = ''; keys = ''
do for [k = 1:words(value('final_keys_'.metric))] {
    if (strstrt(word(value('final_keys_'.metric), k).' ', '_6x6 ') > 0) {
        names = names.' '.word(value('final_series_'.metric), k)
        keys = keys.' '.word(value('final_keys_'.metric), k)
    }
}
rows = words(keys)
if (rows == 0) exit gnuplot
set terminal svg @canvas size 960, 110 + 46 * rows
set output output
set logscale x
set xrange [0.2:40] # blocked roads have a delay of 30
set xtics (0.2, 0.5, 1, 2, 5, 10, 20, 40)
set yrange [rows + 0.5 : 0.5]
set border 1
set lmargin at screen 0.2
set ytics scale 0 (0)
set ytics noenhanced font ',16'
set grid xtics noytics
do for [i = 1:rows] { set ytics add (word(names, i) i) }
set arrow from 0.5, graph 0 to 0.5, graph 1 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink back
set xlabel 'red lights per vehicle and signal (logarithmic)'
set key outside top center horizontal Left reverse
final(m, i) = data.'/final-'.m.'-'.word(keys, i).'.dat'
printed(i) = exists('paper_'.metric.'_'.word(keys, i)) ? value('paper_'.metric.'_'.word(keys, i)) : NaN
set print $papers
print 'NaN NaN'
do for [i = 1:rows] { print printed(i), i }
unset print
plot for [i = 1:rows] final('red_lights_waiting', i) using 1:(i - 0.18 + 0.06 * (column(2) - 1)) with points pointtype 7 pointsize 0.7 \
         linecolor rgb blue title (i == 1 ? 'waiting time' : ''), \
     for [i = 1:rows] final('red_lights_delay', i) using 1:(i + 0.18 + 0.06 * (column(2) - 1)) with points pointtype 9 pointsize 0.9 \
         linecolor rgb orange title (i == 1 ? 'delay against free flow' : ''), \
     $papers using 1:2 with points pointtype 2 pointsize 1 linewidth 2 linecolor rgb ink title 'the paper', \
     NaN with lines linewidth 1.8 dashtype (7, 5) linecolor rgb ink title 'its lower bound'
