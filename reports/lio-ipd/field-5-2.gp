# title: Why exact LIO ends in cooperation (thesis Figure 5.2)
# caption: Agent 2's probability of cooperating, θ², against the incentive that agent 1 gives it for cooperating, for
#          three incentives for defecting. Arrows show one learning step; each of their two components is scaled to its
#          own largest value, since cooperation moves some hundred times faster than incentives. Cooperation rises where
#          η_C exceeds η_D by more than one, to the right of the dashed line. Violet: learning from every grid start
#          (dot) with that η_D, through the recorded steps and not scaled, hence steep; along the way η_D falls, so that
#          cooperation turns before the line.
load shared.'/field-style.gp'
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
    load shared.'/field-panel.gp'
    unset ylabel
    set format y ''
}
load shared.'/field-legend.gp'
unset multiplot
