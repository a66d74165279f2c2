# title: Travel time against the number of signals
# caption: Average travel time after 1000 s, the mean of the last fifth of the training; a mark is one seed. Grids of 16, 49
#          and 100 signals with blocks of 300 m, of 225 and 1225 with blocks of 100 m, and a town of 96, whose roads are shorter, too.
load data.'/result.gp'
load shared.'/style.gp'

metric = 'average_travel_time'
if (!exists('final_keys_'.metric)) exit gnuplot # no data, no figure
all = value('final_keys_'.metric)
ran(key) = strstrt(' '.all.' ', ' '.key.' ') > 0
lines = 'ip dgn pic iql qmix maddpg maddpgs max_pressure fixed_time uniform'
names = 'ip dgn pic iql qmix maddpg maddpgs max-pressure fixed-time uniform'
sizes = '16 49 96 100 225 1225'
any = 0
do for [l = 1:words(lines)] { do for [n = 1:words(sizes)] { any = any + ran(word(lines, l).'_n'.word(sizes, n)) } }
if (any == 0) exit gnuplot
set terminal svg @canvas size 960, 420
set output output
set logscale x
set xrange [12:1800]
set xtics (16, 49, 100, 225, 1225)
set yrange [0:*]
set xlabel 'signals (logarithmic)'
set ylabel 'average travel time (s)'
set key outside top center horizontal Left reverse
plot for [l = 1:words(lines)] for [n = 1:words(sizes)] \
    (ran(word(lines, l).'_n'.word(sizes, n)) ? data.'/final-'.metric.'-'.word(lines, l).'_n'.word(sizes, n).'.dat' : '+') \
    using (ran(word(lines, l).'_n'.word(sizes, n)) ? real(word(sizes, n)) * (0.9 + 0.02 * l) : NaN):1 \
    with points pointtype marker(l) pointsize 0.9 linecolor rgb colour(l) title (n == 1 ? word(names, l) : '')
