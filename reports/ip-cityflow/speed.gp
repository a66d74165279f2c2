# title: What a decision takes, by the number of signals
# place: 7
# caption: Milliseconds of one core for a decision of all signals: 10 s of traffic simulated and every signal's choice. Left:
#          nothing learned; right: with the gradient steps that fall to it. Measured once, on the machine that the figure
#          names (bench/bench_roads.c); on another they are other numbers, and nothing compares them. Dashed: 25 decisions a
#          second.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('final_keys_average_travel_time')) exit gnuplot # no data, no figure
# One run of build/bench/roads, user time; CSV as it prints it, turned.
$measured << EOD
method,signals,decision,learning,machine
fixed-time,16,0.1445,,Intel Xeon (AVX-512)
fixed-time,49,0.3196,,Intel Xeon (AVX-512)
fixed-time,96,0.461,,Intel Xeon (AVX-512)
fixed-time,100,0.5163,,Intel Xeon (AVX-512)
fixed-time,225,0.9053,,Intel Xeon (AVX-512)
fixed-time,1225,5.181,,Intel Xeon (AVX-512)
ip,16,0.3165,14.11,Intel Xeon (AVX-512)
ip,49,0.6982,13.67,Intel Xeon (AVX-512)
ip,96,1.135,12.57,Intel Xeon (AVX-512)
ip,100,1.243,13.71,Intel Xeon (AVX-512)
ip,225,2.309,14,Intel Xeon (AVX-512)
ip,1225,11.47,23.43,Intel Xeon (AVX-512)
dgn,16,0.3256,2.635,Intel Xeon (AVX-512)
dgn,49,0.7053,3.081,Intel Xeon (AVX-512)
dgn,96,1.121,3.455,Intel Xeon (AVX-512)
dgn,100,1.292,3.839,Intel Xeon (AVX-512)
dgn,225,2.221,4.867,Intel Xeon (AVX-512)
dgn,1225,11.76,15.81,Intel Xeon (AVX-512)
pic,16,0.22,1.127,Intel Xeon (AVX-512)
pic,49,0.4106,1.425,Intel Xeon (AVX-512)
pic,96,0.5718,1.489,Intel Xeon (AVX-512)
pic,100,0.6429,1.785,Intel Xeon (AVX-512)
pic,225,1.089,2.133,Intel Xeon (AVX-512)
maddpgs,16,0.2107,0.4622,Intel Xeon (AVX-512)
maddpgs,49,0.4146,0.6803,Intel Xeon (AVX-512)
maddpgs,96,0.5695,0.7592,Intel Xeon (AVX-512)
maddpgs,100,0.6553,0.9629,Intel Xeon (AVX-512)
maddpgs,225,1.042,1.157,Intel Xeon (AVX-512)
maddpgs,1225,4.639,5.96,Intel Xeon (AVX-512)
EOD
set datafile separator comma
set datafile columnheaders
names = 'ip dgn pic maddpgs fixed-time'
keys = 'ip dgn pic maddpgs fixed_time'
place_of(l) = place(word(keys, l), l)
beside(l) = 1 + 0.04 * (l - 3) # equal ones side by side
stats $measured using 'signals' nooutput name 'measured'
if (measured_records == 0) exit gnuplot # no data, no figure
machine = ''
stats $measured using (machine = stringcolumn('machine'), 1) nooutput
set terminal svg @canvas size 960, 400
set output output
set multiplot layout 1, 2 margins 0.08, 0.98, 0.18, 0.9 spacing 0.08, 0
set logscale xy
set xrange [12:1700]
set yrange [0.05:5000]
set format y '%g'
set xtics (16, 49, 100, 225, 1225)
set xlabel 'signals'
set arrow from 12, 40 to 1700, 40 nohead linewidth 1.2 dashtype (7, 5) linecolor rgb ink
set label 2 '25 decisions a second' at 1600, 58 right font ',13'
set key at graph 0.03, graph 0.99 left top vertical maxrows 5 Left reverse samplen 2
do for [p = 1:2] {
    column_of = word('decision learning', p)
    set title (p == 1 ? 'a decision (ms)' : 'with its part of learning (ms)') font ',16' textcolor rgb ink offset 0, -0.4
    if (p == 2) { set label 1 machine at graph 1, graph -0.2 right font ',13' noenhanced }
    plot for [l = 1:words(names) - (p == 2)] $measured \
        using (stringcolumn('method') eq word(names, l) ? column('signals') * beside(l) : NaN):(column(column_of)) \
        with linespoints pointtype marker(place_of(l)) pointsize 0.9 linecolor rgb colour(place_of(l)) title (p == 1 ? word(names, l) : '')
}
unset multiplot
