# river-received.gp - what LIO agents receive from each other in Cleanup while they learn, and what they wash away: a row a
#                     seed, the cleaner on the left. map: 7x7 or 10x10.
load data.'/result.gp'
load shared.'/style.gp'

key = 'lio_'.map
if (!exists('curve_keys_for_firing_0') || strstrt(' '.curve_keys_for_firing_0.' ', ' '.key.' ') == 0) exit gnuplot # no data, no figure
curve(metric, agent) = data.sprintf('/curve-%s_%d-', metric, agent).key.'.dat'
final(metric) = data.'/final-'.metric.'-'.key.'.dat'
divided = map eq '7x7' ? 35.0 : 12.0 # apples of both, near what a scripted division of labour earns

# What the end of a seed says: apples of both, who washes away more.
array seed[20]; array apples[20]; array cleaner[20]
k = 0; stats final('return_sum') using (k = k + 1, seed[k] = $2, apples[k] = $1, 1) nooutput
rows = k
k = 0; stats final('washed_0') using (k = k + 1, cleaner[k] = $1, 1) nooutput
k = 0; stats final('washed_1') using (k = k + 1, cleaner[k] = cleaner[k] > $1 ? 0 : 1, 1) nooutput
name(k, agent) = apples[k] < divided ? '' : agent == cleaner[k] ? ', who cleans' : ', who eats'
shown(k, column) = apples[k] < divided ? column : column == 0 ? cleaner[k] : 1 - cleaner[k]

top = 34.0; panel = 130.0; between = 62.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set xrange [0:*]
set yrange [-4:106] # of 50 steps with at most 2 each, 100
set ytics 25
set format x '%.0s%c'
unset key
metrics = 'in_river for_firing for_washing'
paint(n) = word(blue.' '.vermillion.' '.green, n)
set multiplot layout rows, 2 margins 0.09, 0.98, below / height, 1 - top / height spacing 0.08, between / height
do for [k = 1:rows] {
    do for [column = 0:1] {
        agent = shown(k, column)
        set title sprintf('seed %d, agent %d', seed[k], agent).name(k, agent).sprintf(', %.0f apples', apples[k]) \
            font ',14' textcolor rgb ink offset 0, -0.6
        if (column == 0) {
            set ylabel 'an episode' textcolor rgb ink offset 0.5, 0
        } else {
            unset ylabel
        }
        plot curve('washed', agent) using ($3 == seed[k] ? $4 : NaN):2 with lines linewidth 5 linecolor rgb pale, \
             for [n = 1:3] curve(word(metrics, n), agent) using ($3 == seed[k] ? $4 : NaN):2 with lines linewidth 1.8 \
                 dashtype n linecolor rgb paint(n)
    }
}
x_label = 'training episodes'
@bottom_strip
texts = '"in the river" "for firing" "for washing" "waste washed away"'
do for [n = 1:4] {
    left = 130 + 205 * (n - 1)
    if (n < 4) {
        set arrow from left, 17 rto 35, 0 nohead linewidth 2 dashtype n linecolor rgb paint(n)
    } else {
        set arrow from left, 17 rto 35, 0 nohead linewidth 5 linecolor rgb pale
    }
    set label word(texts, n) at left + 43, 17
}
plot NaN
unset multiplot
