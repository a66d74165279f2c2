# title: Both incentives (thesis Figure B.1)
# caption: Top: against the incentive for cooperating, each panel with a fixed incentive for defecting. Bottom: against
#          the incentive for defecting, each panel with a fixed incentive for cooperating; no arrow points right: the
#          incentive for defecting falls until it is zero. Scales and colours as in Figure 5.2 above.
load shared.'/field-style.gp'
x_label = 'incentive for defecting {/:Italic η}_D (reward)'
height = 740.0
between = 96.0
set terminal svg @canvas size 960, height
set output output
set multiplot layout 2, 3 margins 0.09, 0.98, (strip_height + 24) / height, 1 - 34 / height \
    spacing 0.04, between / height
set label 1 'incentive for cooperating {/:Italic η}_C (reward)' at screen 0.535, \
    screen 0.5 + 0.5 * (strip_height - 6) / height center textcolor rgb ink
do for [row = 0:1] {
    figure = row == 0 ? 'B.1 top' : 'B.1 bottom'
    given = row == 0 ? 'c' : 'd'
    do for [i = 0:2] {
        if (i == 0) {
            set ylabel 'probability of cooperating {/:Italic θ}^2' textcolor rgb ink offset 0.5, 0
            set format y '%g'
        } else {
            unset ylabel
            set format y ''
        }
        fixed = i + row
        load shared.'/field-panel.gp'
        unset label 1
    }
}
load shared.'/field-legend.gp'
unset multiplot
