# title: Travel time against the number of signals
# place: 2
# caption: Average travel time after 1000 s, the mean of the last fifth of the training; a mark is one seed, and the marks of
#          a size stand side by side, method after method. Grids of 16, 49 and 100 signals with blocks of 300 m, of 225 and
#          1225 with blocks of 100 m, and a town of 96, whose roads are shorter, too.
load data.'/result.gp'
load shared.'/style.gp'

metric = 'average_travel_time'
if (!exists('final_keys_'.metric)) exit gnuplot # no data, no figure
all = value('final_keys_'.metric)
ran(key) = strstrt(' '.all.' ', ' '.key.' ') > 0
lines = 'ip dgn pic iql qmix maddpg maddpgs max_pressure fixed_time uniform constant'
names = 'ip dgn pic iql qmix maddpg maddpgs max-pressure fixed-time uniform constant'
place_of(l) = place(word(lines, l), l)
sizes = '16 49 96 100 225 1225'
any = 0
do for [l = 1:words(lines)] { do for [n = 1:words(sizes)] { any = any + ran(word(lines, l).'_n'.word(sizes, n)) } }
if (any == 0) exit gnuplot
set terminal svg @canvas size 960, 420
set output output
set xrange [0.5:words(sizes) + 0.5]
set xtics scale 0 (0)
do for [n = 1:words(sizes)] { set xtics add (word(sizes, n) n) }
do for [n = 2:words(sizes)] { set arrow from n - 0.5, graph 0 to n - 0.5, graph 1 nohead linecolor rgb pale back }
set yrange [0:*]
set grid noxtics ytics
set xlabel 'signals'
set ylabel 'average travel time (s)'
set key outside top center horizontal Left reverse
# a column of its own for each method, and in it for each seed
at(l, n) = n + 0.082 * (l - 0.5 * (words(lines) + 1))
plot for [l = 1:words(lines)] for [n = 1:words(sizes)] \
    (ran(word(lines, l).'_n'.word(sizes, n)) ? data.'/final-'.metric.'-'.word(lines, l).'_n'.word(sizes, n).'.dat' : '+') \
    using (ran(word(lines, l).'_n'.word(sizes, n)) ? at(l, n) + 0.022 * (column(2) - 1) : NaN):1 \
    with points pointtype marker(place_of(l)) pointsize 0.8 linecolor rgb colour(place_of(l)) title (n == 1 ? word(names, l) : '')
