# title: What each signal keeps of its reward in the course of the hour (Figure 7a)
# place: 3
# caption: One greedy episode of seed 0 after training. A line is a signal, the thick one their mean; weights are decided
#          every 150 s and drawn at the middle of these. Grey: the two peaks of the demand, one vehicle a second and two.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
wanted = 'ltos ltos-code'; names = ''
# Signal, second and share of a method, a line each: lines that lie between them would break the curves.
array own[words(wanted)]
set datafile separator comma
set datafile columnheaders
of(name) = stringcolumn('method') eq name && stringcolumn('what') eq 'own weight'
signals = 0
do for [m = 1:words(wanted)] {
    text = ''; count = 0; latest = 0
    add(signal, step, share) = (text = text.sprintf("%d %d %.9g\n", signal, 10 * step - 75, share), count = count + 1, \
        latest = step > latest ? step : latest, signals = signal >= signals ? signal + 1 : signals)
    stats file using (of(word(wanted, m)) ? add(int(column('signal')), int(column('step')), column('value')) : NaN) nooutput
    own[m] = text
    if (count > 0 && latest > 30) { names = names.' '.word(wanted, m) }
}
if (words(names) == 0) exit gnuplot
set datafile separator whitespace
unset datafile columnheaders
set datafile missing NaN
at(name) = word(wanted, 1) eq name ? 1 : 2
set terminal svg @canvas size 960, 400
set output output
set multiplot layout 1, words(names) margins 0.09, 0.98, 0.2, 0.9 spacing 0.06, 0
set xrange [0:3600]
set yrange [0:1]
set xtics 600
set xlabel 'time (s)'
unset key
set object 1 rectangle from 0, 0 to 600, 1 back fillcolor rgb pale fillstyle solid 0.6 noborder
set object 2 rectangle from 1800, 0 to 2400, 1 back fillcolor rgb pale fillstyle solid 0.6 noborder
do for [m = 1:words(names)] {
    set title word(names, m) font ',16' textcolor rgb ink noenhanced offset 0, -0.4
    set ylabel (m == 1 ? 'share of its reward that a signal keeps' : '') offset 0.5, 0
    set print $own
    print own[at(word(names, m))]
    unset print
    plot for [s = 0:signals - 1] $own using ($1 == s ? $2 : NaN):3 with lines linewidth 0.8 linecolor rgb faint(1), \
         $own using 2:3 smooth unique with lines linewidth 3 linecolor rgb blue
}
unset multiplot
