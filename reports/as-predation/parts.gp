# title: What of Anticipation Sharing does it: the product of ratios alone, the penalties alone, both
# caption: Six agents. Lines are means of the seeds, bands their range, the thin line is where untrained networks are.
rows = 'normalised_return cooperators'
row_names = 'normalised return|cooperators per step'
panels = 'n6'
panel_names = '6 agents'
lines = 'as_n6 as_n6_rho0 as_n6_penalty_only ind_n6'
line_names = 'as|product alone (penalty 0)|penalties alone|ind (ours)'
line_colours = '#0072B2 #8FC1E3 #00304D #56B4E9'
key(line, panel) = line
has_untrained = 1
untrained(panel) = 'as_n6_untrained'
load shared.'/default-overlay.gp'
