# title: Where as, vs and ind end under each reading of the paper
# caption: Normalised final return: 0 where nobody cooperates, 1 with one volunteer. Large marks are means of the
#          seeds, small ones the seeds. "default" is the reading of as-predation; the last four are of Anticipation
#          Sharing alone.
load data.'/result.gp'
load shared.'/style.gp'

metric = 'normalised_return'
known = 'final_keys_'.metric
if (!exists(known) || words(value(known)) == 0) exit gnuplot # no data, no figure
readings = 'default normalised entropy refreshed near scaled_state bootstrap fast slow clip01 clip03 scaled_reward fast_critic greedy largest_kappa rho1 rho10 pull_always'
names = 'default|advantages normalised|entropy 0.01|old policy refreshed|cooperate: within 2|state / 30|time limit bootstrapped|rates x 3|rates / 3|clip 0.1|clip 0.3|rewards x 0.1|critic rate 1e-3|greedy evaluation|kappa: the maximum|penalty 1|penalty 10|penalty always on'
lines = 'as vs ind'
marks = '7 9 5'
places = '1 2 6' # as everywhere
run(name) = strstrt(' '.value(known).' ', ' '.name.' ') > 0

rows = words(readings); top = 12.0; row = 30.0; below = strip_height + 24
height = top + row * rows + below
set terminal svg @canvas size 960, height
set output output
unset key
set border 1
set lmargin at screen 0.22
set rmargin at screen 0.98
set bmargin at screen below / height
set tmargin at screen 1 - top / height
set yrange [rows + 0.5 : 0.5]
set xrange [0:1]
set ytics scale 0 (0)
set ytics noenhanced font ',15'
set grid xtics noytics
do for [i = 1:rows] { set ytics add (part(names, i) i) }
drawn = ''
do for [i = 1:rows] { do for [l = 1:3] {
    name = word(lines, l).'_'.word(readings, i)
    if (run(name)) { drawn = drawn.' '.name.':'.i.':'.l }
} }
one(k) = word(drawn, k)
name(k) = one(k)[1 : strstrt(one(k), ':') - 1]
rest(k) = one(k)[strstrt(one(k), ':') + 1 : *]
place(k) = int(rest(k)[1 : strstrt(rest(k), ':') - 1])
line(k) = int(rest(k)[strstrt(rest(k), ':') + 1 : *])
height_of(k) = place(k) + 0.22 * (line(k) - 2)
set multiplot
plot for [k = 1:words(drawn)] data.'/final-'.metric.'-'.name(k).'.dat' using 1:(height_of(k)) with points \
         pointtype int(word(marks, line(k))) pointsize 0.4 linecolor rgb faint(int(word(places, line(k)))), \
     for [k = 1:words(drawn)] '+' using (value('mean_'.metric.'_'.name(k))):(height_of(k)) every ::0::0 with points \
         pointtype int(word(marks, line(k))) pointsize 1.1 linecolor rgb colour(int(word(places, line(k))))
x_label = 'normalised final return'
@bottom_strip
do for [l = 1:3] {
    set label at 250 + 150 * l, 17 point pointtype int(word(marks, l)) pointsize 1.1 \
        linecolor rgb colour(int(word(places, l)))
    set label word(lines, l).(l == 3 ? ' (ours)' : '') at 265 + 150 * l, 17
}
plot NaN
unset multiplot
