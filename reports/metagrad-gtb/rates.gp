# title: Tax rates per bracket of every run, beside those of US federal (Figures 6.4, 6.5, 6.7, 6.9 and 6.11)
# place: 2
# caption: Mean over the ten periods of an episode, in 100 episodes at each of the last five evaluations. A line is one run,
#          the dashed line US federal; brackets are coin of a period. Each panel says after how many episodes; the thesis has
#          200 000. What a whole episode brings (Figure 6.12) hardly ever lies in the higher brackets, and what a period brings
#          still less: their rates move through layers that all rates share.
load data.'/result.gp'
load shared.'/style.gp'

panels = 'metagrad dual_rl metagrad_curriculum dual_rl_curriculum'
panel_names = 'metagrad|dual-rl|metagrad, curriculum|dual-rl, curriculum'
array federal[7] = [0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37]
ended(name) = exists('final_keys_rate_1') && strstrt(' '.final_keys_rate_1.' ', ' '.name.' ') > 0
final(b, name) = data.sprintf('/final-rate_%d-', b).name.'.dat'
ran = 0
do for [p = 1:words(panels)] { ran = ran + ended(word(panels, p)) }
if (ran == 0) exit gnuplot # no data, no figure
array seeds[words(panels)]; array episodes[words(panels)]
# A block a run: bracket and rate.
set print $runs
blocks = ''
do for [p = 1:words(panels)] {
    name = word(panels, p)
    seeds[p] = 0; episodes[p] = 0
    if (ended(name)) {
        stats data.'/mean-rate_1-'.name.'.dat' using 1 nooutput name 'last'
        episodes[p] = last_max
        stats final(1, name) using 2 nooutput name 'run'
        do for [s = int(run_min):int(run_max)] {
            stats final(1, name) using ($2 == s ? $1 : NaN) nooutput name 'has'
            if (has_records > 0) {
                seeds[p] = seeds[p] + 1
                blocks = blocks.sprintf(' %d', p)
                do for [b = 1:7] {
                    stats final(b, name) using ($2 == s ? $1 : NaN) nooutput name 'rate'
                    print b, rate_mean
                }
                print ''
                print ''
            }
        }
    }
}
unset print
top = 34.0; panel = 250.0; between = 92.0; below = strip_height + 40
height = top + 2 * panel + between + below
x_label = 'income of a period, coin'
set terminal svg @canvas size 960, height
set output output
unset key
set xrange [0.6:7.4]
set yrange [-0.03:1.03]
set ytics 0.25
set xtics ('0-10' 1, '10-39' 2, '39-84' 3, '84-161' 4, '161-204' 5, '204-510' 6, '510+' 7) font ',12'
set multiplot layout 2, 2 margins 0.09, 0.98, below / height, 1 - top / height spacing 0.06, between / height
do for [p = 1:words(panels)] {
    says = seeds[p] ? sprintf(', %d run%s, %d episodes', seeds[p], seeds[p] > 1 ? 's' : '', episodes[p]) : ': not run'
    set title part(panel_names, p).says font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    if (p % 2) { set ylabel 'marginal rate' textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
    set format y (p % 2 ? '%g' : '')
    mine = ''
    do for [k = 1:words(blocks)] { if (int(word(blocks, k)) == p) { mine = mine.sprintf(' %d', k - 1) } }
    if (words(mine) == 0) {
        plot federal using 1:2 with linespoints linewidth 1.8 dashtype (7, 5) pointtype 7 pointsize 0.3 linecolor rgb ink
    } else {
        plot federal using 1:2 with linespoints linewidth 1.8 dashtype (7, 5) pointtype 7 pointsize 0.3 linecolor rgb ink, \
             for [k = 1:words(mine)] $runs index int(word(mine, k)) using 1:2 with linespoints linewidth 2.4 \
                 pointtype marker(k) pointsize 0.9 linecolor rgb colour(k)
    }
}
@bottom_strip
set arrow from 160, 17 rto 34, 0 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink
set label 'US federal' at 202, 17
most = 1
do for [p = 1:words(panels)] { if (seeds[p] > most) { most = seeds[p] } }
do for [k = 1:most] { # the runs of a panel, one after the other
    set arrow from 250 + 90 * k, 17 rto 34, 0 nohead linewidth 2.4 linecolor rgb colour(k)
    set label at 267 + 90 * k, 17 point pointtype marker(k) pointsize 0.9 linecolor rgb colour(k) front
    set label (k == 1 ? 'run 1' : sprintf('%d', k)) at 290 + 90 * k, 17
}
plot NaN
unset multiplot
