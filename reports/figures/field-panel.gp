# field-panel.gp - one panel of a vector field of exact LIO; the scripts of lio-ipd load it once per panel.
# Wants: figure (a value of that column of field.csv), fixed (a value of fixed_value), given ('c' or 'd': for what the
# incentive on the horizontal axis is given).
#
# d_x and d_theta are changes per learning step, and theta moves some hundred times faster than the incentive. So that
# both can be seen, each component is drawn relative to its largest value in the table: at most `wide` to the side,
# `tall` up or down. An arrow's middle is the grid point.
field = data.'/field.csv'
trajectory = data.'/trajectory.csv'
wide = 0.16; tall = 0.09

here(x) = (stringcolumn('figure') eq figure && column('fixed_value') == fixed) ? x : NaN
sign(x) = x > 0 ? 1 : x < 0 ? -1 : 0
at(way) = sign(column('d_theta')) == way ? here(column('x')) : NaN
aside(x) = wide * column('d_x') / largest_x
upward(x) = tall * column('d_theta') / largest_theta
left(way) = at(way) - aside(0) / 2
low(x) = column('theta') - upward(0) / 2

# A trajectory belongs to the panel when its giver starts with the panel's fixed incentive. Its rows come in the order
# of the steps, from step 0.
other = given eq 'c' ? 'eta_1_d' : 'eta_1_c'
along = given eq 'c' ? 'eta_1_c' : 'eta_1_d'
keep = 0
path(x) = (column('step') == 0 ? (keep = column(other) == fixed) : keep, keep ? column(along) : NaN)
start(x) = column('step') == 0 && column(other) == fixed ? column(along) : NaN

turn = given eq 'c' ? 1 + fixed : fixed - 1 # where eta_C = 1 + eta_D
panel_title = given eq 'c' ? "{/:Italic η}_D = %g" : "{/:Italic η}_C = %g"
set title sprintf(panel_title, fixed) font ',16' textcolor rgb ink offset 0, -0.5
set arrow 1 from turn, graph 0 to turn, graph 1 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink front
plot trajectory using (path(0)):(column('theta_2')) with lines linewidth 1.4 linecolor rgb '#40'.substr(violet, 2, 7), \
     trajectory using (start(0)):(column('theta_2')) with points pointtype 7 pointsize 0.35 linecolor rgb violet, \
     field using (left(0)):(low(0)):(aside(0)):(upward(0)) with vectors arrowstyle 3, \
     field using (left(-1)):(low(0)):(aside(0)):(upward(0)) with vectors arrowstyle 2, \
     field using (left(1)):(low(0)):(aside(0)):(upward(0)) with vectors arrowstyle 1
