# title: The demand of Table 2
# caption: Vehicles that enter per second in each ten minutes, our generator (bars; all five draws, which differ in
#          routes and vehicles, have this pace), and the arrival rates of the paper's Table 2 (dashed).
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' arrivals ') == 0) exit gnuplot # no data, no figure
file = data.'/arrivals.csv'
set datafile separator ','
set terminal svg @canvas size 960, 330
set output output
set xrange [0:3600]
set yrange [0:2.3]
set xtics 600
set xlabel 'time (s)'
set ylabel 'arrivals (vehicles per second)'
set key top left Left reverse
plot file using (0.5 * (column('from') + column('to'))):(column('seed') == 0 ? column('rate') : NaN):(560) with boxes fillstyle solid 0.35 noborder \
         linecolor rgb grey title 'our generator', \
     file using 'from':'paper_rate':(600):(0) with vectors nohead linewidth 2.5 dashtype (7, 5) linecolor rgb ink \
         title 'LToS, Table 2'
