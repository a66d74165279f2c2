# title: In how many seeds each method ends where
# caption: The share of the seeds that end in mutual cooperation (sum of both rewards per round at least −2.2), with
#          one defector (−3.2 to −2.8), in mutual defection (at most −3.8) or elsewhere; the number in a bar counts
#          seeds. The point under a bar is the share that ends where the thesis says all do, with its 95 % interval
#          (Wilson) for seeds that were not drawn.
metric = 'reward_sum'
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('final_keys_'.metric) || words(value('final_keys_'.metric)) == 0) exit gnuplot # no data, no figure
keys = ''; names = ''; claimed = '' # claimed: which outcome the thesis names, 1 to 3
has(key) = strstrt(' '.value('final_keys_'.metric).' ', ' '.key.' ') > 0
if (has('lio')) { keys = keys.' lio'; names = names.' lio'; claimed = claimed.' 1' }
if (has('lio_pure')) { keys = keys.' lio_pure'; names = names.' lio/pure'; claimed = claimed.' 1' }
if (has('lio_asym')) { keys = keys.' lio_asym'; names = names.' lio-asym'; claimed = claimed.' 2' }
if (has('pg')) { keys = keys.' pg'; names = names.' pg'; claimed = claimed.' 3' }
if (words(keys) == 0) exit gnuplot
rows = words(keys)

outcomes = 4
outcome(x) = x >= -2.2 ? 1 : x >= -3.2 && x <= -2.8 ? 2 : x <= -3.8 ? 3 : 4
outcome_name(o) = o == 1 ? 'both cooperate' : o == 2 ? 'one defects' : o == 3 ? 'both defect' : 'elsewhere'
fill(o) = o == 1 ? blue : o == 2 ? orange : o == 3 ? vermillion : pale
pattern(o) = o == 1 ? 3 : o == 2 ? 4 : o == 3 ? 1 : 0 # told apart without colours too
array count[rows * outcomes]
array seeds[rows]
do for [i = 1:rows] {
    do for [o = 1:outcomes] {
        stats data.'/final-'.metric.'-'.word(keys, i).'.dat' using (outcome($1) == o ? 1 : 0) nooutput
        count[(i - 1) * outcomes + o] = int(STATS_sum + 0.5)
        seeds[i] = int(STATS_records)
    }
}

# Wilson's interval of k of n, z = 1.96
middle(k, n) = (k + 1.9208) / (n + 3.8416)
reach(k, n) = 1.96 * sqrt(k * (n - k) / (1.0 * n) + 0.9604) / (n + 3.8416)

row = 92.0; below = strip_height + 24; top = 12.0
height = top + row * rows + below
set terminal svg @canvas size 960, height
set output output
set xrange [0:100]
set yrange [rows + 0.5 : 0.5]
set border 1
set lmargin at screen 0.13
set rmargin at screen 0.98
set bmargin at screen below / height
set tmargin at screen 1 - top / height
set ytics scale 0 (0)
set ytics noenhanced font ',16'
set grid xtics noytics
unset key

box = 0
do for [i = 1:rows] {
    set ytics add (word(names, i) i)
    left = 0.0
    do for [o = 1:outcomes] {
        k = count[(i - 1) * outcomes + o]
        if (k > 0) {
            width = 100.0 * k / seeds[i]
            box = box + 1
            set object box rectangle from left, i - 0.36 to left + width, i + 0.08 behind fillcolor rgb fill(o) \
                fillstyle solid 0.35 border rgb ink linewidth 0.8
            box = box + 1
            set object box rectangle from left, i - 0.36 to left + width, i + 0.08 behind fillcolor rgb fill(o) \
                fillstyle transparent pattern pattern(o) border rgb ink linewidth 0.8
            if (width >= 1.5) {
                set label sprintf('%d', k) at left + width / 2, i - 0.14 center front font ',16' \
                    boxed textcolor rgb ink
            }
            left = left + width
        }
    }
    k = count[(i - 1) * outcomes + int(word(claimed, i))]; n = seeds[i]
    low = 100 * (middle(k, n) - reach(k, n)); high = 100 * (middle(k, n) + reach(k, n))
    set arrow from (low < 0 ? 0 : low), i + 0.26 to (high > 100 ? 100 : high), i + 0.26 nohead linewidth 5 \
        linecolor rgb '#80'.substr(ink, 2, 7) front
    set label at 100.0 * k / n, i + 0.26 point pointtype 9 pointsize 1.1 linecolor rgb ink front
}
set style textbox opaque noborder fillcolor rgb 'white' margins 0.6, 0.4
set multiplot
plot NaN

x_label = 'share of the seeds, in per cent'
@bottom_strip
do for [o = 1:outcomes] {
    left = 40 + (o - 1) * 165
    set object 900 + 2 * o rectangle from left, 8 to left + 30, 26 fillcolor rgb fill(o) fillstyle solid 0.35 \
        border rgb ink linewidth 0.8
    set object 901 + 2 * o rectangle from left, 8 to left + 30, 26 fillcolor rgb fill(o) \
        fillstyle transparent pattern pattern(o) border rgb ink linewidth 0.8
    set label outcome_name(o) at left + 38, 17
}
set arrow from 700, 17 to 740, 17 nohead linewidth 5 linecolor rgb '#80'.substr(ink, 2, 7)
set label at 720, 17 point pointtype 9 pointsize 1.1 linecolor rgb ink front
set label 'as the thesis says, 95 %' at 750, 17
plot NaN
unset multiplot
