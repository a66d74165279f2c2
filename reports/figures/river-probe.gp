# river-probe.gp - what agents pay to scripted ones while they learn, a row a seed. map: 7x7 or 10x10.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' probe ') == 0) exit gnuplot # no data, no figure
file = data.'/probe.csv'
set datafile separator comma
set datafile columnheaders
of_map(x) = stringcolumn('variant') eq map ? x : NaN
stats file using (of_map(column('episodes'))):(of_map(column('seed'))) nooutput name 'seed'
if (!exists('seed_records')) exit gnuplot
rows = int(seed_max_y) + 1
top = 34.0; panel = 140.0; between = 66.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set xrange [-0.04 * seed_max_x : 1.04 * seed_max_x]
set yrange [-4:106] # of 50 steps with at most 2 each, 100
set ytics 25
set format x '%.0s%c'
unset key
scripts = 'R C M'
place_of(script) = script eq 'R' ? 1 : script eq 'C' ? 2 : 3
paint(script) = word(blue.' '.green.' '.vermillion, place_of(script))
mark(script) = int(word('7 9 5', place_of(script)))
aside = 0.014 * seed_max_x # who is paid alike would hide the others
set multiplot layout rows, 2 margins 0.09, 0.98, below / height, 1 - top / height spacing 0.08, between / height
do for [s = 0:rows - 1] {
    do for [giver = 0:1] {
        is(script) = stringcolumn('variant') eq map && column('seed') == s && column('giver') == giver && \
            stringcolumn('script') eq script
        set datafile separator comma
        set datafile columnheaders
        do for [k = 1:3] { # only a table of its own has lines from point to point
            script = word(scripts, k)
            set table $one
            plot file using (column('episodes') + aside * (k - 2)):(column('mean')):(column('error')) \
                with table if (is(script))
            unset table
            if (k == 1) { set print $three } else { set print $three append }
            do for [i = 1:|$one|] { print $one[i] }
            print ''; print ''
            unset print
        }
        set datafile separator whitespace
        unset datafile columnheaders
        set title sprintf('seed %d, agent %d pays', s, giver) font ',15' textcolor rgb ink offset 0, -0.6
        if (giver == 0) {
            set ylabel 'incentives' textcolor rgb ink offset 0.5, 0
        } else {
            unset ylabel
        }
        plot for [k = 1:3] $three index k - 1 using 1:2 with lines linewidth 1.6 dashtype k \
                 linecolor rgb paint(word(scripts, k)), \
             for [k = 1:3] $three index k - 1 using 1:2:3 with yerrorbars linewidth 1.4 \
                 pointtype mark(word(scripts, k)) pointsize 0.6 linecolor rgb paint(word(scripts, k))
    }
}
x_label = 'training episodes'
@bottom_strip
do for [k = 1:3] {
    left = 200 + 240 * (k - 1)
    set arrow from left, 17 rto 35, 0 nohead linewidth 2 dashtype k linecolor rgb paint(word(scripts, k))
    set label at left + 17, 17 point pointtype mark(word(scripts, k)) pointsize 0.8 linecolor rgb paint(word(scripts, k)) front
    set label (k == 1 ? 'R: in the river' : k == 2 ? 'C: cleans' : 'M: misses') at left + 43, 17
}
plot NaN
unset multiplot
