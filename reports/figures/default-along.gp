# default-along.gp - final values along a setting: a line per method through the means of its seeds, a dot a seed, a bar from
# the smallest to the largest; dashed, the paper's numbers. A script sets metric, x_label, y_label, settings (numbers, in
# ascending order), lines, line_names (separated by |) and key(line, i), the data of the i-th setting, and loads this file.
# Optional: limit(i), the data whose limit_metric is the most that can be reached, and limit_name: a grey line.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('final_keys_'.metric) || words(value('final_keys_'.metric)) == 0) exit gnuplot # no data, no figure
run(name) = strstrt(' '.value('final_keys_'.metric).' ', ' '.name.' ') > 0
of(what, name) = exists(what.'_'.metric.'_'.name) ? value(what.'_'.metric.'_'.name) : NaN
final(name) = data.'/final-'.metric.'-'.name.'.dat'
columns = words(settings); count = words(lines)
if (!exists('limit_name')) limit_name = ''
array ran[count]
drawn = 0
do for [l = 1:count] {
    ran[l] = 0
    do for [i = 1:columns] { ran[l] = ran[l] + run(key(word(lines, l), i)) }
    drawn = drawn + ran[l]
}
if (drawn == 0) exit gnuplot
top = 20.0; panel = 330.0; below = strip_height + 24
height = top + panel + below
set terminal svg @canvas size 960, height
set output output
unset key
first = real(word(settings, 1)); last = real(word(settings, columns))
beyond = 0.07 * (last - first)
set xrange [first - beyond : last + beyond]
set xtics (first first)
do for [i = 1:columns] { set xtics add (word(settings, i) real(word(settings, i))) }
set ylabel y_label offset 1.2, 0
place_of(l) = place(word(lines, l), l)
beside(l) = (l - 0.5 * (count + 1)) * 0.012 * (last - first)
x(l, i) = real(word(settings, i)) + beside(l)
# x, mean, smallest, largest, paper: a block a line, and one of the limits
papers = 0
low = 1e300; high = -1e300 # of all that is drawn
reach(x) = x == x ? (low = x < low ? x : low, high = x > high ? x : high) : 0
set print $along
do for [l = 1:count] {
    do for [i = 1:columns] {
        name = key(word(lines, l), i)
        seeds_min = NaN; seeds_max = NaN
        if (run(name)) { stats final(name) using 1 name 'seeds' nooutput }
        print x(l, i), of('mean', name), seeds_min, seeds_max, of('paper', name)
        papers = papers || exists('paper_'.metric.'_'.name)
        void = reach(seeds_min)
        void = reach(seeds_max)
        void = reach(of('paper', name))
    }
    print ''
    print ''
}
do for [i = 1:columns] {
    most = strlen(limit_name) ? value('mean_'.limit_metric.'_'.limit(i)) : NaN
    void = reach(most)
    print real(word(settings, i)), most
}
unset print
margin = high > low ? 0.06 * (high - low) : 0.5
set yrange [low - margin : high + margin]
set multiplot
set lmargin at screen 0.09
set rmargin at screen 0.98
set bmargin at screen below / height
set tmargin at screen 1 - top / height
plot for [l = 1:count] $along index l - 1 using 1:2:3:4 with yerrorbars pointtype 0 linewidth 1.4 \
         linecolor rgb colour(place_of(l)), \
     for [l = 1:count] $along index l - 1 using 1:2 with linespoints linewidth 2.6 pointtype marker(place_of(l)) \
         pointsize 0.9 linecolor rgb colour(place_of(l)), \
     for [l = 1:count] $along index l - 1 using 1:5 with linespoints linewidth 1.6 dashtype (7, 5) \
         pointtype marker(place_of(l)) pointsize 0.5 linecolor rgb colour(place_of(l)), \
     $along index count using 1:2 with lines linewidth 1.6 linecolor rgb grey
@bottom_strip
left = 90
do for [l = 1:count] {
    set arrow from left, 17 rto 34, 0 nohead linewidth 2.6 linecolor rgb colour(place_of(l))
    set label at left + 17, 17 point pointtype marker(place_of(l)) pointsize 0.9 linecolor rgb colour(place_of(l)) front
    set label part(line_names, l).(ran[l] ? '' : ' (not run)') at left + 42, 17 noenhanced
    left = left + 8 * strlen(part(line_names, l)) + (ran[l] ? 70 : 140)
}
if (papers) {
    set arrow from left, 17 rto 34, 0 nohead linewidth 1.6 dashtype (7, 5) linecolor rgb ink
    set label at left + 17, 17 point pointtype 7 pointsize 0.5 linecolor rgb ink front
    set label 'paper, after convergence' at left + 42, 17
    left = left + 275
}
if (strlen(limit_name)) {
    set arrow from left, 17 rto 34, 0 nohead linewidth 1.6 linecolor rgb grey
    set label limit_name at left + 42, 17
}
plot NaN
unset multiplot
