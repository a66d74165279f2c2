# default-skills.gp - final values of four agents by skill, as bars: a panel per metric, a group of bars a skill, a bar a method; a
# dot is one seed. A script of metagrad-gtb sets metrics_shown (stems of metrics that end with _1 to _4), metric_names and
# unit_names (separated by |), and key(line), the data of a method, and loads this file. Optional: lines, line_names.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('lines')) {
    lines = 'metagrad dual_rl us_federal free_market'
    line_names = 'metagrad|dual-rl|us-federal|free-market'
}
columns = words(metrics_shown); bars = words(lines)
of(c, skill) = sprintf('%s_%d', word(metrics_shown, c), skill)
ended(metric, name) = exists('final_keys_'.metric) && strstrt(' '.value('final_keys_'.metric).' ', ' '.name.' ') > 0
final(metric, name) = data.'/final-'.metric.'-'.name.'.dat'
drawn(name) = exists('curve_keys_productivity') && strstrt(' '.curve_keys_productivity.' ', ' '.name.' ') > 0
array runs[bars]
ran = 0; episodes = 0
do for [l = 1:bars] {
    runs[l] = ended(of(1, 1), key(word(lines, l)))
    ran = ran + runs[l]
    if (runs[l] && drawn(key(word(lines, l)))) { # what is shown here has no curve of its own, but for some
        stats data.'/mean-productivity-'.key(word(lines, l)).'.dat' using 1 nooutput name 'last'
        if (last_max > episodes) { episodes = last_max }
    }
}
if (ran == 0) exit gnuplot # no data, no figure
# A block a method and a metric: skill, place, mean; and the seeds'.
array low[columns]; array high[columns]
set print $means
do for [c = 1:columns] {
    low[c] = 0; high[c] = 0
    do for [l = 1:bars] {
        do for [skill = 1:4] {
            if (runs[l]) {
                stats final(of(c, skill), key(word(lines, l))) using 1 nooutput name 'seed'
                print skill + (l - 0.5 * (bars + 1)) * 0.2, seed_mean
                if (seed_min < low[c]) { low[c] = seed_min }
                if (seed_max > high[c]) { high[c] = seed_max }
            } else {
                print skill, 'NaN'
            }
        }
        print ''
        print ''
    }
}
unset print
top = 34.0; panel = 280.0; below = strip_height + 24
height = top + panel + below
x_label = sprintf('skill, from the lowest to the highest; after %d episodes', episodes)
set terminal svg @canvas size 960, height
set output output
unset key
set boxwidth 0.18
set xrange [0.5:4.5]
set xtics 1
set grid ytics noxtics
set multiplot layout 1, columns margins 0.08, 0.98, below / height, 1 - top / height spacing 0.095, 0
do for [c = 1:columns] {
    set title part(metric_names, c) font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    set ylabel part(unit_names, c) textcolor rgb ink offset 1.2, 0
    beyond = high[c] > low[c] ? 0.06 * (high[c] - low[c]) : 0.5
    set yrange [low[c] < 0 ? low[c] - beyond : 0 : high[c] + beyond]
    plot for [l = 1:bars] $means index (c - 1) * bars + l - 1 using 1:2 with boxes fillstyle solid 0.45 \
             linecolor rgb colour(place(word(lines, l), l)), \
         for [k = 0:4 * bars - 1] runs[k / 4 + 1] ? final(of(c, k % 4 + 1), key(word(lines, k / 4 + 1))) : '/dev/null' \
             using (k % 4 + 1 + (k / 4 + 1 - 0.5 * (bars + 1)) * 0.2 + 0.02 * column(3)):1 with points pointtype 7 \
             pointsize 0.35 linecolor rgb ink, \
         0 with lines linewidth 1 linecolor rgb grey
}
@bottom_strip
left = 170
do for [l = 1:bars] {
    set object l rectangle from left, 10 to left + 30, 24 fillcolor rgb colour(place(word(lines, l), l)) fillstyle solid 0.45 \
        border rgb colour(place(word(lines, l), l))
    set label part(line_names, l).(runs[l] ? '' : ' (not run)') at left + 38, 17 noenhanced
    left = left + 9 * strlen(part(line_names, l)) + (runs[l] ? 66 : 130)
}
set label at left, 17 point pointtype 7 pointsize 0.5 linecolor rgb ink
set label 'one seed' at left + 12, 17
plot NaN
unset multiplot
