load reports.'/field-style.gp'
figure = '5.2'
given = 'c'
x_label = 'incentive for cooperating {/:Italic η}_C (reward)'
height = 400.0
set terminal svg @canvas size 960, height
set output output
set multiplot layout 1, 3 margins 0.09, 0.98, (strip_height + 24) / height, 1 - 34 / height spacing 0.04, 0
set ylabel 'probability of cooperating {/:Italic θ}^2' textcolor rgb ink offset 0.5, 0
do for [i = 0:2] {
    fixed = i
    load reports.'/field-panel.gp'
    unset ylabel
    set format y ''
}
load reports.'/field-legend.gp'
unset multiplot
