# river-labour.gp - who cleans and who eats in Cleanup: a panel a method, two dots a seed. map: 7x7 or 10x10.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('final_keys_washed_0')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(final_keys_washed_0)] {
    key = word(final_keys_washed_0, k)
    if (key[strlen(key) - strlen(map) : strlen(key)] eq '_'.map) {
        keys = keys.' '.key
        series = series.' '.word(final_series_washed_0, k)
    }
}
if (words(keys) == 0) exit gnuplot
final(metric, key) = data.'/final-'.metric.'-'.key.'.dat'
panels = words(keys); columns = 3
rows = (panels + columns - 1) / columns
top = 34.0; panel = 260.0; between = 84.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
unset key
set multiplot layout rows, columns margins 0.09, 0.98, below / height, 1 - top / height spacing 0.04, between / height
do for [m = 1:panels] {
    key = word(keys, m)
    stats final('washed_0', key) using 1 nooutput name 'seeds'
    n = int(seeds_records)
    array x0[n]; array y0[n]; array x1[n]; array y1[n]
    i = 0; stats final('washed_0', key) using (i = i + 1, x0[i] = $1, 1) nooutput
    i = 0; stats final('return_0', key) using (i = i + 1, y0[i] = $1, 1) nooutput
    i = 0; stats final('washed_1', key) using (i = i + 1, x1[i] = $1, 1) nooutput
    i = 0; stats final('return_1', key) using (i = i + 1, y1[i] = $1, 1) nooutput
    set title word(series, m).sprintf(', n = %d', n) font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    if ((m - 1) % columns == 0) {
        set ylabel 'apples' textcolor rgb ink offset 0.5, 0
        set format y '%g'
    } else {
        unset ylabel
        set format y ''
    }
    # Ranges here alone: stats leaves out what is beyond them.
    plot [-2 : map eq '7x7' ? 52 : 72] [-2 : map eq '7x7' ? 44 : 28] x0 using (x0[$1]):(y0[$1]):(x1[$1] - x0[$1]):(y1[$1] - y0[$1]) with vectors nohead linewidth 0.9 \
             linecolor rgb faint_of(key), \
         x0 using (x0[$1]):(y0[$1]) with points pointtype 7 pointsize 0.7 linecolor rgb '#9F43FF', \
         x1 using (x1[$1]):(y1[$1]) with points pointtype 5 pointsize 0.7 linecolor rgb '#02519A'
}
x_label = 'waste washed away'
@bottom_strip
set label at 300, 17 point pointtype 7 pointsize 0.8 linecolor rgb '#9F43FF'
set label 'agent 0' at 315, 17
set label at 420, 17 point pointtype 5 pointsize 0.8 linecolor rgb '#02519A'
set label 'agent 1' at 435, 17
plot NaN
unset multiplot
