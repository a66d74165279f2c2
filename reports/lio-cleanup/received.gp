# title: What LIO agents receive from each other while they learn (thesis Figures 5.6d and B.5c)
# place: 5
# caption: Incentives of an episode that each of the two agents receives, in evaluations of ten episodes, a panel a seed.
#          "cleans" is who washes away more of the waste at the end of training, the Cleaner of the thesis; the number is the
#          apples of both by then. Where the thesis is right the Cleaner receives, and the other, the Harvester, hardly anything.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('curve_keys_received_0')) exit gnuplot # no data, no figure
curve(metric, key) = data.'/curve-'.metric.'-'.key.'.dat'
final(metric, key) = data.'/final-'.metric.'-'.key.'.dat'
keys = ''
do for [key in 'lio_7x7 lio_10x10'] {
    if (strstrt(' '.curve_keys_received_0.' ', ' '.key.' ')) { keys = keys.' '.key }
}
if (words(keys) == 0) exit gnuplot

# What the end of a seed says: seed, apples of both, whether agent 0 cleans.
array panel_key[40]; array panel_seed[40]; array apples[40]; array first_cleans[40]
panels = 0
do for [key in keys] {
    stats final('return_sum', key) using (panels = panels + 1, panel_key[panels] = key, panel_seed[panels] = $2, \
        apples[panels] = $1, 1) nooutput
    before = panels - int(STATS_records)
    k = before; stats final('washed_0', key) using (k = k + 1, first_cleans[k] = $1, 1) nooutput
    k = before; stats final('washed_1', key) using (k = k + 1, first_cleans[k] = first_cleans[k] > $1, 1) nooutput
}
columns = 3; rows = (panels + columns - 1) / columns
top = 34.0; panel = 170.0; between = 64.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set xrange [0:*]
set yrange [0:*]
set format x '%.0s%c'
unset key
map_of(key) = key[5:strlen(key)]
set multiplot layout rows, columns margins 0.09, 0.98, below / height, 1 - top / height spacing 0.05, between / height
do for [k = 1:panels] {
    set title sprintf('%s, seed %d: agent %d cleans, %.0f apples', map_of(panel_key[k]), panel_seed[k], first_cleans[k] ? 0 : 1, \
        apples[k]) font ',14' textcolor rgb ink offset 0, -0.6
    if ((k - 1) % columns == 0) {
        set ylabel 'incentives' textcolor rgb ink offset 0.5, 0
    } else {
        unset ylabel
    }
    plot curve('received_0', panel_key[k]) using ($3 == panel_seed[k] ? $4 : NaN):2 with lines linewidth 2 \
             linecolor rgb '#9F43FF', \
         curve('received_1', panel_key[k]) using ($3 == panel_seed[k] ? $4 : NaN):2 with lines linewidth 2 \
             linecolor rgb '#02519A' dashtype (8, 4)
}
x_label = 'training episodes'
@bottom_strip
set arrow from 300, 17 rto 35, 0 nohead linewidth 2 linecolor rgb '#9F43FF'
set label 'agent 0 receives' at 343, 17
set arrow from 520, 17 rto 35, 0 nohead linewidth 2 linecolor rgb '#02519A' dashtype (8, 4)
set label 'agent 1 receives' at 563, 17
plot NaN
unset multiplot
